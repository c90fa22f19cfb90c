using System.Globalization;
using Vascular.Processing.Oxygen;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>TcPO2 at the end of a provocation: the start of the step is the moment oxygen is given, or the leg raised or lowered.</summary>
/// <remarks>The electrode stays where its plateau at rest was taken. For the leg hanging down no duration was found; that of the elevation is used. [D]</remarks>
public sealed class ProvocationAttempt : Attempt
{
    private readonly Provocation _provocation;
    private readonly PlateauRule _rule;
    private bool _lost;

    /// <param name="rules">Of the settings in force when the step started.</param>
    public ProvocationAttempt(
        Guid examination, ProtocolStep step, int number, int binding, NumberedAct start, IReadOnlyList<Channel> channels, IReadOnlyList<int> bindActs, RuleSet rules)
        : base(examination, step, number, binding, start, channels, bindActs)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(step);
        double seconds = step.Kind == StepKind.OxygenChallenge ? rules.Oxygen.ChallengeS : rules.Oxygen.ElevationS;
        _rule = rules.Plateau;
        _provocation = new Provocation(rules.Plateau, StartedAtNs, seconds);
        EndsAtNs = StartedAtNs + (long)(seconds * 1e9);
    }

    /// <summary>When its time is over, and the answer follows.</summary>
    public long EndsAtNs { get; }

    public ProvocationResult Now => _provocation.Result;

    public bool HasAnswer => Now.State == MeasurementState.Measured;

    /// <summary>Newest value of the electrode, mmHg, and when; null before the first and while there is none. For the screen.</summary>
    public (long AtNs, double MmHg)? Newest { get; private set; }

    public override void Take(Channel channel, in Reading reading)
    {
        switch (reading.Kind)
        {
            case ReadingKind.TranscutaneousOxygen when reading.HasValue:
                Newest = (reading.AtNs, reading.Value);
                _provocation.Take(reading.AtNs, reading.Value);
                break;
            case ReadingKind.TranscutaneousOxygen:
                Newest = null;
                break;
            case ReadingKind.Refused:
                _lost = true;
                break;
        }
    }

    public override void Tick(long atNs) => _provocation.Tick(atNs);

    protected override void OnGap(Channel channel, long atNs) => Newest = null;

    public override Finding Evaluate(AttemptContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Method method = Methods.Provocation;
        if (Broken(method) is { } broken)
        {
            return broken;
        }

        ProvocationResult result = Now;
        string[] flags = [.. result.Flags.Words(), .. _lost ? ["bytes_lost"] : Array.Empty<string>(), .. context.Settings.Rules.FlagsOf("oxygen.challenge_s", "oxygen.elevation_s", "plateau")];
        if (result is not { State: MeasurementState.Measured, TensionMmHg: { } mmHg, AtNs: { } atNs })
        {
            return Unreadable(method, result.Flags == PlateauFlags.None ? "stopped before its time was over" : "readings are missing or the electrode lifted: do it again") with { Flags = flags };
        }

        if (GapWithin(StartedAtNs, atNs))
        {
            return Unreadable(method, "readings are missing: do it again") with { Flags = flags };
        }

        Pressure pressure = Pressure.FromMmHg(mmHg);
        double gain = _rule.GainHalfWidth * mmHg;
        return Draft(MeasurementState.Measured, method, pressure.Printed.ToString(CultureInfo.InvariantCulture)) with
        {
            Value = pressure.Printed,
            Unrounded = mmHg,
            Uncertainty = Math.Sqrt((gain * gain) + (_rule.ZeroHalfWidthMmHg * _rule.ZeroHalfWidthMmHg)),
            Flags = flags,
            Parts = [.. Uncertain([new UncertaintyPart(UncertaintySource.Device, Math.Sqrt((gain * gain) + (_rule.ZeroHalfWidthMmHg * _rule.ZeroHalfWidthMmHg)))], "mm[Hg]")],
            FromAtNs = atNs - (long)(_rule.ResultS * 1e9),
            ToAtNs = atNs,
        };
    }
}
