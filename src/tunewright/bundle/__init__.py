"""The tuned model with all it needs to predict, in a folder of JSON and safetensors. No pickle, nothing executed."""
