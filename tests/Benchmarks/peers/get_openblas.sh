#!/bin/sh
# Unpacks Debian's OpenMP OpenBLAS into a folder, without installing it: the pthread build fights PyTorch's own threads.
# Usage: get_openblas.sh FOLDER; then pass the printed path to `compare --openblas`.
set -e
mkdir -p "$1"
cd "$1"
apt-get download libopenblas0-openmp >&2
dpkg -x libopenblas0-openmp_*.deb .
dirname "$(find "$PWD" -name libopenblas.so.0)"
