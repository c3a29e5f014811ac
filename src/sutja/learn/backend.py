"""The one door to Keras and TensorFlow: it fixes the backend before either is imported."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"  # else ~/.keras/keras.json would decide
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # warnings and errors, without the greeting of each library

import keras
import tensorflow

__all__ = ["keras", "tensorflow"]
