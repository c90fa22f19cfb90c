namespace Vascular.KillHost;

/// <summary>Where on the way of a record from the devices to the outbox the station is killed.</summary>
public enum KillStage
{
    /// <summary>In the n-th write to the tape, when a part of its bytes is in the file.</summary>
    Writing,

    /// <summary>The n-th write is whole and not yet synced: what the process had buffered is in the file, nothing was let out.</summary>
    Written,

    /// <summary>The n-th sync has returned, nothing was let out.</summary>
    Synced,

    /// <summary>The n-th act is durable on the tape, the database knows nothing of it.</summary>
    BeforeCommit,

    /// <summary>Some time after the n-th commit began: before, in or behind its transaction.</summary>
    InCommit,

    /// <summary>The n-th commit was reported as done.</summary>
    AfterCommit,

    /// <summary>The tape carries its last seal, the bundle is not in the outbox.</summary>
    BeforeBundle,

    /// <summary>Some time after the commit of the bundle began.</summary>
    InBundle,

    /// <summary>Everything was done, and the process died before it could say so.</summary>
    AfterBundle,
}

/// <summary>One instant of a seeded examination.</summary>
/// <param name="At">Which one of its kind, from 1.</param>
/// <param name="Part">Of a write: the share of its bytes that reaches the file. Inside a commit: the share of <see cref="LongestCommit"/> that passes. 0 to below 1.</param>
public sealed record KillInstant(KillStage Stage, int At, double Part)
{
    /// <summary>Time within which an instant inside a commit is spread.</summary>
    public static readonly TimeSpan LongestCommit = TimeSpan.FromMilliseconds(8);

    public override string ToString() => FormattableString.Invariant($"{Stage} {At} {Part:F3}");
}
