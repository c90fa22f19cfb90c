namespace Vascular.Acquisition.Records;

/// <summary>Who did what, when. Written in the transaction of what was done, never changed.</summary>
public sealed class AuditEntry
{
    public long Id { get; init; }

    public required Guid Examination { get; init; }

    /// <summary>What makes the entry unique in its examination, for instance <c>act/17</c> or <c>send/2</c>: done again, it is found and nothing happens.</summary>
    public required string Key { get; init; }

    /// <summary>Act of the tape; null for what is no act.</summary>
    public int? ActNumber { get; init; }

    public required long AtUtcNs { get; init; }

    public required string User { get; init; }

    public required string Action { get; init; }

    /// <summary>Canonical JSON.</summary>
    public required string Detail { get; init; }
}
