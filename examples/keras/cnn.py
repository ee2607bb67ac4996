"""A convolutional network on small pictures of digits, every point of a grid, by accuracy."""

import keras
from keras import layers
from sklearn.datasets import load_digits

import tunewright.interop.keras as kt

images, labels = load_digits(return_X_y=True)
images = images.reshape(-1, 8, 8, 1).astype("float32") / 16


def build_model(hp):
    model = keras.Sequential([keras.Input((8, 8, 1))])
    for _ in range(hp.Int("blocks", 1, 2)):
        model.add(layers.Conv2D(hp.Choice("filters", [8, 16]), 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


if __name__ == "__main__":
    tuner = kt.GridSearch(build_model, objective="val_accuracy", directory="search", project_name="cnn")
    tuner.search(images, labels, epochs=2, batch_size=64, validation_split=0.25, verbose=0)
    tuner.results_summary(2)
    best = tuner.get_best_models()[0]
    print("best:", tuner.get_best_hyperparameters()[0].values, best.evaluate(images, labels, verbose=0))
