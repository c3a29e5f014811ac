"""The bodies of `/livez` and `/readyz`."""

from typing import Literal

from pydantic import BaseModel, Field


class Liveness(BaseModel):
    """That the process answers."""

    status: Literal["alive"]


class Readiness(BaseModel):
    """That the service can read, and whether it can keep what is given."""

    status: Literal["ready"]
    samples: bool = Field(description="Whether samples are kept just now; reading needs no store.")
    store: Literal["up", "away", "none"] = Field(description="`none` where the service was set to keep nothing.")
    model: str = Field(description="The sha-256 of the model's ONNX file.")
    disk_free_mb: int | None = Field(
        description="Free on the disk of the store; null without a store, and where others can ask."
    )
    warnings: list[str] = Field(description="What an operator should know, a sentence each; none where others can ask.")
