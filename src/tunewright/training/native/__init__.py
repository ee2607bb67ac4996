"""Recurrent networks trained in native code, one trial per core; where it was not built, PyTorch trains them."""
