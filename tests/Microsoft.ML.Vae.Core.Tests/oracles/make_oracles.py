"""Writes the oracle files of Microsoft.ML.Vae.Core.Tests. Run: /usr/bin/python3 make_oracles.py (needs torch, numpy, scipy, scikit-learn)."""
import json
import pathlib

import numpy
import scipy
import sklearn
import torch

import closed_forms
import detection
import riemannian
import training

HERE = pathlib.Path(__file__).parent
VERSIONS = {"torch": torch.__version__, "numpy": numpy.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__}

CONTENTS = {"training": {"cases": training.cases()}, "closed_forms": closed_forms.forms(), "detection": {"cases": detection.cases()}, "riemannian": riemannian.forms()}

for name, content in CONTENTS.items():
    text = json.dumps({"versions": VERSIONS, **content}, separators=(",", ":"))
    (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")
