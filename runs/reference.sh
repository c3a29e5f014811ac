#!/usr/bin/env bash
# Makes the networks of the README's table, each in a folder of its own here, and holds each to the score that it promises.
#   runs/reference.sh                    all three, from compact, which ships, to small (over an hour on two cores)
#   runs/reference.sh compact            one of them
#   runs/reference.sh --ship compact     and put it in the place of the one that ships
# Same seed, same machine: same weights. A folder that is there already is kept, and only measured again.
set -euo pipefail
cd "$(dirname "$0")/.."
sutja=${SUTJA:-.venv/bin/sutja}
declare -A promised=([compact]=0.995 [classic]=0.994 [small]=0.990)

networks=() ship=no
for word in "$@"; do
  case $word in
    --ship) ship=yes ;;
    compact | classic | small) networks+=("$word") ;;
    *) echo "runs/reference.sh: expected compact, classic, small or --ship. Received: $word" >&2; exit 2 ;;
  esac
done
[ ${#networks[@]} -gt 0 ] || networks=(compact classic small)
if [ $ship = yes ] && [ "${networks[*]}" != compact ]; then
  echo "runs/reference.sh: compact is the one that ships: runs/reference.sh --ship compact" >&2
  exit 2
fi

for network in "${networks[@]}"; do
  [ -e "runs/$network/card.json" ] || "$sutja" train --network "$network" --seed 0 --out "runs/$network"
  "$sutja" evaluate "runs/$network"
  "$sutja" evaluate "runs/$network" --json | "$(dirname "$sutja")/python" -c '
import json, sys
found, promised = json.load(sys.stdin)["mnist-test"]["accuracy"], float(sys.argv[1])
if found < promised:
    sys.exit(f"Expected at least {promised:.2%} of the test digits to be right. Received {found:.2%}.")' "${promised[$network]}"
done
if [ $ship = yes ]; then
  cp runs/compact/model.onnx runs/compact/card.json src/sutja/shipped/
fi
