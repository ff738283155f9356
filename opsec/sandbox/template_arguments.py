"""Command-line arguments of the template process, from which worker processes are forked."""

from dataclasses import dataclass

from opsec.model.resources import ReaderResources
from opsec.sandbox.lock import NO_PARTS, PARTS, LockPart


@dataclass(frozen=True, slots=True)
class TemplateArguments:
    """Arguments of one template."""

    control: int
    """Descriptor of the socket on which tasks arrive."""
    decodes: bool
    """Whether its workers decode pictures, video or sound, so that those libraries and models are loaded first."""
    allow_weak: bool
    """Whether workers may read without the whole lock."""
    memory_mib: int
    file_mib: int
    reply_mib: int
    without: frozenset[LockPart]
    """Parts of the lock to leave out, for tests."""
    kit: ReaderResources

    def arguments(self) -> list[str]:
        """Return them as strings of a command line."""
        numbers = (self.control, self.decodes, self.allow_weak, self.memory_mib, self.file_mib, self.reply_mib)
        return [*(str(int(number)) for number in numbers), ",".join(sorted(self.without)), self.kit.to_argument()]

    @classmethod
    def of(cls, arguments: list[str]) -> "TemplateArguments":
        """Parse the strings of a command line."""
        *numbers, without, kit = arguments
        control, decodes, allow_weak, memory_mib, file_mib, reply_mib = (int(number) for number in numbers)
        return cls(
            control,
            bool(decodes),
            bool(allow_weak),
            memory_mib,
            file_mib,
            reply_mib,
            frozenset(part for part in PARTS if part in without.split(",")) or NO_PARTS,
            ReaderResources.from_argument(kit),
        )
