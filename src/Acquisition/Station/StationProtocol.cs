using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Station;

/// <summary>What a site's examinations ask for beyond the standard steps; the order is that of the list on the page.</summary>
public sealed record StationProtocol
{
    /// <summary>Readings asked for at each ankle artery, toe and level of the leg, 1 or 2. Arms follow their own rule.</summary>
    public int Readings { get; init; } = 1;

    /// <summary>Pressures at high thigh, low thigh and calf of both legs.</summary>
    public bool Segmental { get; init; }

    /// <summary>Times after exercise at which ankles and arms are read again, s.</summary>
    public IReadOnlyList<int> AfterExerciseS { get; init; } = [];

    /// <summary>What is done at each TcPO2 electrode after its plateau.</summary>
    public IReadOnlyList<StepKind> Provocations { get; init; } = [];

    /// <param name="skin">The station has a TcPO2 monitor.</param>
    public IReadOnlyList<ProtocolStep> Steps(bool skin)
    {
        IEnumerable<ProtocolStep> steps = skin ? [.. LiveExamination.SkinProtocol, .. LiveExamination.StandardProtocol] : LiveExamination.StandardProtocol;
        return
        [
            .. steps.Concat(Segmental ? Segments() : []).Select(s => s.IsCuffPressure && s.Kind != StepKind.ArmPressure ? s with { Readings = Readings } : s),
            .. AfterExerciseS.SelectMany(After),
            .. skin ? LiveExamination.SkinProtocol.SelectMany(Provoked) : [],
        ];
    }

    private static IEnumerable<ProtocolStep> Segments() =>
        from side in (Side[])[Side.Right, Side.Left]
        from level in (Place[])[Place.HighThigh, Place.LowThigh, Place.Calf]
        let name = level switch { Place.HighThigh => "thigh.high", Place.LowThigh => "thigh.low", _ => "calf" }
        select new ProtocolStep($"{name}.{(side == Side.Right ? "right" : "left")}", StepKind.SegmentPressure, new Site(side, level));

    /// <summary>Ankles first: they recover within minutes.</summary>
    private static IEnumerable<ProtocolStep> After(int seconds) => LiveExamination.StandardProtocol
        .Where(s => s.Kind is StepKind.AnklePressure or StepKind.ArmPressure).OrderBy(s => s.Kind == StepKind.ArmPressure)
        .Select(s => s with { Key = FormattableString.Invariant($"{s.Key}.after-{seconds}s"), AfterExerciseS = seconds });

    /// <summary>Legs are raised and lowered, the chest is not; oxygen reaches both.</summary>
    private IEnumerable<ProtocolStep> Provoked(ProtocolStep rest) => Provocations
        .Where(kind => kind == StepKind.OxygenChallenge || rest.Site.IsFoot)
        .Select(kind => new ProtocolStep($"{rest.Key}.{kind switch { StepKind.OxygenChallenge => "oxygen", StepKind.LegElevation => "raised", _ => "down" }}", kind, rest.Site));
}
