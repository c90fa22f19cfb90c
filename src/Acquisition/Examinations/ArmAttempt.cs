using Vascular.Devices.Par;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>An arm pressure: the cuff module measures by itself, we keep what it answers.</summary>
public sealed class ArmAttempt(Guid examination, ProtocolStep step, int number, int binding, NumberedAct start, IReadOnlyList<Channel> channels, IReadOnlyList<int> bindActs)
    : Attempt(examination, step, number, binding, start, channels, bindActs)
{
    private double? _systolic;
    private double? _diastolic;
    private double? _mean;
    private double? _pulse;
    private int? _outcome;
    private bool _doubtful;
    private bool _noReply;
    private long _resultAtNs;

    /// <summary>True once the module ended its measurement, with or without a value.</summary>
    public bool HasOutcome => _outcome is not null || _noReply;

    public override void Take(Channel channel, in Reading reading)
    {
        if (reading.Kind is ReadingKind.SystolicPressure or ReadingKind.CuffOutcome)
        {
            _resultAtNs = reading.AtNs;
        }

        _doubtful |= (reading.Marks & QualityMarks.ChecksumDoubtful) != 0;
        double? value = reading.HasValue ? reading.Value : null;
        switch (reading.Kind)
        {
            case ReadingKind.SystolicPressure:
                _systolic = value;
                break;
            case ReadingKind.DiastolicPressure:
                _diastolic = value;
                break;
            case ReadingKind.MeanPressure:
                _mean = value;
                break;
            case ReadingKind.PulseRate:
                _pulse = value;
                break;
            case ReadingKind.CuffOutcome:
                _outcome = reading.Detail;
                break;
            case ReadingKind.NoReply:
                _noReply = true;
                break;
        }
    }

    public override Finding Evaluate(AttemptContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Method method = Methods.ModuleOscillometry;
        if (Broken(method) is { } broken)
        {
            return broken;
        }

        if (_outcome is null)
        {
            return Unreadable(method, _noReply ? "the cuff module did not answer" : "stopped before the cuff module gave a result");
        }

        if (_systolic is not { } systolic)
        {
            return Unreadable(method, $"the cuff module gave no value: {OutcomeText(_outcome.Value)}");
        }

        if (GapWithin(StartedAtNs, _resultAtNs))
        {
            return Unreadable(method, "the line to the cuff module was interrupted during the measurement");
        }

        Pressure pressure = Pressure.FromMmHg(systolic);
        return Draft(MeasurementState.Measured, method, $"{pressure.Printed}") with
        {
            Value = pressure.Printed,
            Unrounded = systolic,
            Uncertainty = context.Settings.ArmHalfWidthMmHg,
            ToAtNs = _resultAtNs,
            Flags = _doubtful ? ["uncertainty_assumed", "checksum_doubtful"] : ["uncertainty_assumed"],
            Parts =
            [
                new FindingPart("mean", _mean, "mm[Hg]", _mean is null ? "not given by the module" : null),
                new FindingPart("diastolic", _diastolic, "mm[Hg]", _diastolic is null ? "not given by the module" : null),
                .. Uncertain([new UncertaintyPart(UncertaintySource.Device, context.Settings.ArmHalfWidthMmHg)], "mm[Hg]"),
                new FindingPart("pulse-rate", _pulse, "/min", _pulse is null ? "not given by the module" : null),
            ],
        };
    }

    private static string OutcomeText(int message) => ParMessage.TryGetText(message, out string? text) ? text : $"message {message}";
}
