namespace Vascular.Processing.Vocabulary;

/// <summary>One result of an examination: a value or the reason there is none, with unit, uncertainty, method and the tape interval it rests on.</summary>
/// <remarks>A function of tape records alone. Everything a chart, a screen or a replay needs to name its source is here.</remarks>
public sealed record Finding
{
    /// <summary>UUIDv5 of <see cref="Name"/> in the examination's namespace.</summary>
    public required Guid Id { get; init; }

    /// <summary>From 1; rises only when this finding changes.</summary>
    public required int Version { get; init; }

    /// <summary><c>binding/step/attempt/measure/site</c>, for instance <c>1/toe.right/1/toe-sys/R.TOE</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Key of the protocol step, or <c>derived</c>.</summary>
    public required string Step { get; init; }

    public required int Attempt { get; init; }

    /// <summary>Code of <c>vas-measure</c>, for instance <c>toe-sys</c>, <c>abi-dp</c>.</summary>
    public required string Measure { get; init; }

    public required Site Site { get; init; }

    public required MeasurementState State { get; init; }

    /// <summary>The value as printed and graded (an integer pressure, an index of two decimals); null unless <see cref="State"/> is measured or unreliable.</summary>
    public double? Value { get; init; }

    /// <summary>The value before rounding, where there is one.</summary>
    public double? Unrounded { get; init; }

    /// <summary>UCUM code.</summary>
    public required string Unit { get; init; }

    /// <summary>Cuff limit or floor of a censored value, in <see cref="Unit"/>.</summary>
    public double? Limit { get; init; }

    /// <summary>95 % half width, same unit; null where none can be stated.</summary>
    public double? Uncertainty { get; init; }

    /// <summary>Bounds of an <see cref="MeasurementState.Interval"/>; one may be open.</summary>
    public double? Lower { get; init; }

    public double? Upper { get; init; }

    /// <summary>What a report prints, for instance <c>0.89 (DP); PT >254 NC</c>.</summary>
    public required string Printed { get; init; }

    /// <summary>Why there is no value or why it is doubtful; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>Class of the value by the rule, for instance <c>noncompressible</c>; null where the rule has none.</summary>
    public string? Category { get; init; }

    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Name of the method, for instance <c>return-of-pulse</c>.</summary>
    public required string Method { get; init; }

    public required int MethodVersion { get; init; }

    /// <summary>SHA-256 (lower-case hex) of the settings in force when it was computed; null before it was.</summary>
    public string? SettingsSha256 { get; init; }

    /// <summary>Findings this one was derived from.</summary>
    public IReadOnlyList<Guid> Inputs { get; init; } = [];

    /// <summary>Links whose bytes it rests on.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>Tape interval it rests on; both 0 for a derived value.</summary>
    public long FromAtNs { get; init; }

    public long ToAtNs { get; init; }

    /// <summary>Further numbers of the same measurement (name, value, UCUM unit), in order: amplitude, crest time, deflation rate.</summary>
    public IReadOnlyList<FindingPart> Parts { get; init; } = [];

    /// <summary>Samples of a trace, for <c>ppg-waveform</c>; null elsewhere.</summary>
    public FindingTrace? Trace { get; init; }
}

/// <summary>A named number beside a finding's value.</summary>
/// <param name="Value">Null when it could not be measured; then <paramref name="Reason"/> says why.</param>
public sealed record FindingPart(string Name, double? Value, string Unit, string? Reason = null);

/// <summary>Equally spaced samples, in device counts; null where a sample was lost.</summary>
/// <param name="FromAtNs">Tape time of the first sample.</param>
/// <param name="PeriodNs">Time between samples, ns.</param>
/// <param name="LowerLimit">Smallest count the wire can carry.</param>
/// <param name="UpperLimit">Largest count the wire can carry.</param>
public sealed record FindingTrace(long FromAtNs, long PeriodNs, IReadOnlyList<int?> Samples, int LowerLimit, int UpperLimit);
