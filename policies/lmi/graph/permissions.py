"""What the policies of a stack let its roles do, from every resource that can grant something."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ..facts.aws_policies import ACTIONS_OF
from ..model.access import Reading, known
from ..model.iam import (
    Policy,
    PolicyAttachment,
    PolicyAttachments,
    Role,
    RolePolicy,
    RolePolicyAttachment,
)
from ..model.iam_policy import Document, allowed, parse
from ..model.resource import Resource
from .index import Index, Links

Grant: TypeAlias = RolePolicy | RolePolicyAttachment | PolicyAttachment | PolicyAttachments


@dataclass(slots=True)
class Permissions:
    """The policies of one role, as far as the stack shows them."""

    documents: list[tuple[Resource, Document]] = field(
        default_factory=list["tuple[Resource, Document]"]
    )
    """Those written down in the stack, each with the resource that holds it."""
    managed: list[str] = field(default_factory=list[str])
    """ARNs of those that are not."""
    grants: list[Resource] = field(default_factory=list["Resource"])
    """The resources that give the role its policies, the role itself left out."""
    is_whole: bool = True
    """Whether nothing about the role's policies is unknown."""

    @property
    def are_none(self) -> bool:
        """Whether the role certainly has no policy at all."""
        return self.is_whole and not self.documents and not self.managed

    def lacking(self, actions: Iterable[str]) -> tuple[str, ...]:
        """Return those of some actions that the role's policies certainly do not allow.

        A policy whose content is not known may allow them. A role without any is another matter.
        """
        of_aws = [ACTIONS_OF.get(arn.partition(":aws:policy/")[2]) for arn in self.managed]
        if not self.is_whole or self.are_none or None in of_aws:
            return ()
        given = {action for known in of_aws for action in known or ()}
        documents = [document for _, document in self.documents]
        return tuple(one for one in actions if one not in given and not allowed(documents, one))

    def add_document(self, holder: Resource, text: Reading[str]) -> None:
        """Note a policy document, or that it cannot be read."""
        document = parse(text.or_none())
        if document is not None:
            self.documents.append((holder, document))
        elif not text.is_absent:
            self.is_whole = False


def permissions_by_role(index: Index) -> Mapping[str, Permissions]:
    """Return the permissions of each role of the stack, by the role's URN."""
    found = {role.urn: _own(index, role) for role in index.all(Role)}
    are_attributed = True
    for holder, roles in _grants(index):
        are_attributed &= not roles.is_unknown
        for role in roles.found:
            _grant(index, found[role.urn], holder)
    for permissions in found.values():
        permissions.is_whole &= are_attributed
    return found


def _grants(index: Index) -> Iterator[tuple[Grant, Links[Role]]]:
    """Yield each resource that gives roles policies, with these roles."""
    for class_ in (RolePolicy, RolePolicyAttachment, PolicyAttachments):
        for holder in index.all(class_):
            yield holder, index.links(holder, class_.role, Role)
    for holder in index.all(PolicyAttachment):
        yield holder, index.list_links(holder, PolicyAttachment.roles, Role)


def _own(index: Index, role: Role) -> Permissions:
    """Return what a role's own properties give it."""
    own = Permissions()
    key = "policyDocument" if role.is_native else "policy"
    inline = role.inline_policies
    for policy in known(inline):
        own.add_document(role, policy.document((key,)))
    own.is_whole &= not any(one.is_undecided for one in (inline, *(inline.or_none() or ())))
    links = index.list_links(role, Role.managed_policies, Policy)
    _attach(index, own, links, known(role.managed_policies))
    return own


def _attach(
    index: Index, permissions: Permissions, links: Links[Policy], arns: Iterable[str]
) -> None:
    """Note managed policies: those that are linked, and the ARNs of others."""
    for policy in links.found:
        permissions.add_document(policy, policy.document)
    permissions.managed += (arn for arn in arns if not index.named(Policy, arn))
    permissions.is_whole &= not links.is_unknown


def _grant(index: Index, permissions: Permissions, holder: Grant) -> None:
    permissions.grants.append(holder)
    if isinstance(holder, PolicyAttachments):
        links = index.list_links(holder, PolicyAttachments.policies, Policy)
        _attach(index, permissions, links, known(holder.policies))
    elif isinstance(holder, RolePolicy) or (
        isinstance(holder, PolicyAttachment) and holder.is_native
    ):
        permissions.add_document(holder, holder.document)
    else:
        links = index.links(holder, type(holder).policy, Policy)
        arn = holder.policy.or_none()
        _attach(index, permissions, links, () if arn is None else (arn,))
