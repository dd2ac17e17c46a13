"""The image studio, GemPix Studio's one app. `docs/architecture.md` shows its layers."""
