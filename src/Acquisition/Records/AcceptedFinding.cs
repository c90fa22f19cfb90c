using Vascular.Acquisition.Capture;
namespace Vascular.Acquisition.Records;

public enum AcceptanceState
{
    /// <summary>Goes into every bundle.</summary>
    Accepted,

    /// <summary>Was sent, then withdrawn: goes into every bundle as entered-in-error.</summary>
    Withdrawn,

    /// <summary>Undone before it was ever sent: only the audit trail remembers.</summary>
    Undone,
}

/// <summary>A finding that a person accepted.</summary>
public sealed class AcceptedFinding
{
    public required Guid Examination { get; init; }

    public required Guid Finding { get; init; }

    /// <summary>Version as it is, or will be, sent.</summary>
    public required int Version { get; set; }

    /// <summary>Act that last changed it.</summary>
    public required int ActNumber { get; set; }

    public required string AcceptedBy { get; set; }

    public required long AcceptedUtcNs { get; set; }

    public required AcceptanceState State { get; set; }

    /// <summary>Canonical JSON (<see cref="FindingRecord"/>).</summary>
    public required string Json { get; set; }

    /// <summary>Place among the findings of its act: the order of the bundle.</summary>
    public int Place { get; set; }

    /// <summary>Highest version in a committed bundle; null when it never was in one.</summary>
    public int? SentVersion { get; set; }

    /// <summary><see cref="SentVersion"/> went out without the samples of its waveform, and does so in every later bundle: one version, one content.</summary>
    public bool SentWithoutSamples { get; set; }
}
