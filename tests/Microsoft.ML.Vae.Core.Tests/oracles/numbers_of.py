"""Numbers as the oracle files hold them."""
import numpy


def single(array):
    """Rounded to float32, so that both sides start from the same numbers."""
    return numpy.asarray(array, dtype=numpy.float32).astype(numpy.float64)


def shortest(array):
    """The fewest digits that name each float32."""
    return [float(numpy.format_float_positional(numpy.float32(v), unique=True)) for v in numpy.ravel(array)]


def nine_digits(array):
    """More than single precision can tell apart."""
    return [float(f"{v:.9g}") for v in numpy.ravel(array)]
