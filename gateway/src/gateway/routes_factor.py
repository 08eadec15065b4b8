"""/v1/me/second-factor: enrol, prove, print codes, remove."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field, SecretStr

from gateway.door import Door
from gateway.enrolments import Enrolments
from gateway.viewers import Viewer

__all__ = ["routes"]


class Password(BaseModel):
    """The password, once more: a session alone enrols nothing."""

    password: SecretStr = Field(min_length=1, max_length=200)


class Code(BaseModel):
    """Of the authenticator, or printed."""

    code: SecretStr = Field(min_length=6, max_length=40)


class Factor(BaseModel):
    """What there is."""

    required: bool = Field(description="Whether the role has to have one")
    proved_at: str | None
    codes_left: int = Field(description="Printed codes that were not used")


class Enrolment(BaseModel):
    """Shown once. Of no worth until it is proved."""

    secret: str = Field(description="Base32, to be typed into an authenticator")
    address: str = Field(description="The same as `otpauth:` address")


class Printed(BaseModel):
    """Shown once: each opens the door once, where the authenticator is not at hand."""

    codes: list[str]


def routes(enrolments: Enrolments, door: Door) -> APIRouter:
    """The own second factor."""
    router = APIRouter(prefix="/v1/me/second-factor", tags=["session"])
    Person = Annotated[Viewer, Depends(door.viewer)]

    @router.get("", response_model=Factor)
    async def told(viewer: Person) -> dict[str, Any]:
        """Whether there is one, whether there has to be one, and how many printed codes are left."""
        return await enrolments.told(viewer)

    @router.post("", response_model=Enrolment, status_code=201)
    async def begin(viewer: Person, said: Password, request: Request) -> dict[str, str]:
        """A new secret for an authenticator. Prove it next."""
        return await enrolments.begin(request, viewer, said.password.get_secret_value())

    @router.post("/proof", response_model=Printed)
    async def prove(viewer: Person, said: Code, request: Request) -> dict[str, Any]:
        """A code of the new secret: from now on logins ask for one. All other sessions of the account end."""
        return {"codes": await enrolments.prove(request, viewer, said.code.get_secret_value())}

    @router.post("/codes", response_model=Printed)
    async def reprint(viewer: Person, said: Code, request: Request) -> dict[str, Any]:
        """Ten new printed codes; the old ones are void."""
        return {"codes": await enrolments.reprint(request, viewer, said.code.get_secret_value())}

    @router.post("/remove", status_code=204)
    async def remove(viewer: Person, said: Code, request: Request) -> None:
        """Do without it. Refused for a role that has to have one."""
        await enrolments.remove(request, viewer, said.code.get_secret_value())

    return router
