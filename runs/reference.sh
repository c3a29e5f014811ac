#!/usr/bin/env bash
# Makes the networks of the README's table, each in a folder of its own here: compact, which ships, then classic and small.
#   runs/reference.sh              all three (about an hour and a half on two cores)
#   runs/reference.sh compact      one of them
# Same seed and machine: same weights. With --ship the new compact bundle takes the place of the shipped one.
set -euo pipefail
cd "$(dirname "$0")/.."
sutja=${SUTJA:-.venv/bin/sutja}
networks=() ship=no
for word in "$@"; do
  if [ "$word" = --ship ]; then ship=yes; else networks+=("$word"); fi
done
[ ${#networks[@]} -gt 0 ] || networks=(compact classic small)

for network in "${networks[@]}"; do
  "$sutja" train --network "$network" --seed 0 --out "runs/$network"
  "$sutja" evaluate "runs/$network"
done
if [ "$ship" = yes ]; then
  cp runs/compact/model.onnx runs/compact/card.json src/sutja/shipped/
  "$sutja" evaluate
fi
