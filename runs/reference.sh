#!/usr/bin/env bash
# Makes a network from public data, holds it to the score that it promises and, with --ship, puts it and the page in place.
#   runs/reference.sh [compact|classic|small ...]     compact, which ships, where none is named
#   runs/reference.sh --ship compact                  what `make reference` runs
# Resumable: a finished folder is kept and only measured again, an interrupted training goes on. Same seed, same machine:
# same weights.
set -euo pipefail
cd "$(dirname "$0")/.."
sutja=${SUTJA:-.venv/bin/sutja}
python=$(dirname "$sutja")/python
declare -A promised=([compact]=0.996 [classic]=0.994 [small]=0.990)

networks=() ship=no
for word in "$@"; do
  case $word in
    --ship) ship=yes ;;
    compact | classic | small) networks+=("$word") ;;
    *) echo "runs/reference.sh: expected compact, classic, small or --ship. Received: $word" >&2; exit 2 ;;
  esac
done
[ ${#networks[@]} -gt 0 ] || networks=(compact)
if [ $ship = yes ] && [ "${networks[*]}" != compact ]; then
  echo "runs/reference.sh: compact is the one that ships: runs/reference.sh --ship compact" >&2
  exit 2
fi

# Train into a folder: begin, go on, or leave what is finished.
train() {
  local folder=$1
  shift
  if [ -e "$folder/checkpoint/state.json" ]; then
    "$sutja" train --resume "$folder"
  elif [ ! -e "$folder/card.json" ]; then
    "$sutja" train --seed 0 --out "$folder" "$@"
  fi
}

for network in "${networks[@]}"; do
  folder=runs/$network
  if [ "$network" = compact ]; then
    train runs/compact-teacher --network compact --epochs 45
    train runs/compact-first --network compact --epochs 45 --teacher runs/compact-teacher
    # Gently, at the end: what is distorted less is nearer to what will be read.
    train "$folder" --from runs/compact-first --teacher runs/compact-teacher --epochs 10 --augment 0.5 --learning-rate 0.0003
  else
    train "$folder" --network "$network" --diet mnist
  fi
  "$python" - "$folder" "${promised[$network]}" <<'PYTHON'
import sys
from sutja.bundle import Bundle

found, promised = Bundle.load(sys.argv[1]).card.scores["test"].accuracy, float(sys.argv[2])
print(f"{sys.argv[1]}: {found:.2%} of MNIST's test digits")
if found < promised:
    sys.exit(f"Expected at least {promised:.2%} of MNIST's test digits to be right. Received {found:.2%}.")
PYTHON
done
if [ $ship = yes ]; then
  cp runs/compact/model.onnx runs/compact/card.json src/sutja/shipped/
  make --no-print-directory page accuracy
fi
