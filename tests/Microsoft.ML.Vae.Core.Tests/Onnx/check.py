"""Runs the ONNX checker on each file named on standard input; answers 'ok' or the first line of the complaint."""
import sys
import onnx

for line in sys.stdin:
    try:
        model = onnx.load(line.strip())
        onnx.checker.check_model(model, full_check=True)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        print("ok", flush=True)
    except Exception as error:
        print(str(error).replace("\n", " ")[:500], flush=True)
