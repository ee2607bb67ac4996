"""What the server imports after this one stays, so nothing is collected meanwhile (core/collecting)."""

import gc

gc.disable()
