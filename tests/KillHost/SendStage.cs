namespace Vascular.KillHost;

/// <summary>Where on the way of a result from the outbox to its acknowledgement the station is killed.</summary>
public enum SendStage
{
    /// <summary>The n-th result of this run is read from the record and nothing of it is on the wire.</summary>
    BeforePublish,

    /// <summary>Some time after the n-th publish began: before, in or behind the broker's taking it.</summary>
    InPublish,

    /// <summary>The broker has answered the n-th publish, and nothing of that is written down.</summary>
    Published,

    /// <summary>The n-th acknowledgement is here, and nothing of it is written down.</summary>
    Received,

    /// <summary>Some time after the commit of the n-th acknowledgement began.</summary>
    InCommit,

    /// <summary>The n-th acknowledgement is committed, and the broker still holds it for us.</summary>
    Committed,
}

/// <summary>One instant of sending.</summary>
/// <param name="At">Which one of its kind in this run, from 1.</param>
/// <param name="Part">Inside a publish or a commit: the share of <see cref="LongestInside"/> that passes. 0 to below 1.</param>
public sealed record SendInstant(SendStage Stage, int At, double Part)
{
    /// <summary>Time within which an instant inside a publish or a commit is spread.</summary>
    public static readonly TimeSpan LongestInside = TimeSpan.FromMilliseconds(8);

    public override string ToString() => FormattableString.Invariant($"{Stage} {At} {Part:F3}");
}
