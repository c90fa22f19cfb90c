namespace Vascular.Acquisition.Records;

/// <summary>An examination as the home database knows it; everything measured is on its tape.</summary>
public sealed class Examination
{
    public required Guid Id { get; init; }

    public required long StartedUtcNs { get; init; }

    /// <summary>Null while it runs.</summary>
    public long? EndedUtcNs { get; set; }

    public required string Site { get; init; }

    public required string Gateway { get; init; }

    /// <summary>From 1; rises when the examination is moved to another patient.</summary>
    public int Binding { get; set; } = 1;

    public required string PatientSystem { get; set; }

    public required string PatientValue { get; set; }

    public string? PatientGender { get; set; }

    /// <summary>Any byte of it came from a simulator.</summary>
    public required bool Simulated { get; init; }

    /// <summary>Segment of the newest seal, from 0 (none yet).</summary>
    public long SealedSegment { get; set; }

    /// <summary>The newest seal of the tape: who cuts the tape's end off must change the database too.</summary>
#pragma warning disable CA1819 // a column
    public byte[] Seal { get; set; } = [];
#pragma warning restore CA1819
}
