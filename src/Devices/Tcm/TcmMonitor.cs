using Vascular.Devices.Registers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tcm;

/// <summary>A Radiometer TCM4 or TCM40 read through its analogue outputs by a converter: TcPO2, electrode temperature and heating power of one site.</summary>
/// <remarks>
/// <para>Readings of each poll, in the order of the reads, oxygen last: <see cref="ReadingKind.ElectrodeTemperature"/>,
/// <see cref="ReadingKind.HeatingPower"/>, <see cref="ReadingKind.TranscutaneousOxygen"/>, each at the time its own line was read and each Missing, with the
/// reason in its marks, where there is no value. <see cref="Reading.Index"/> counts readings of that kind since the line opened.
/// <see cref="ReadingKind.DeviceStatus"/> (Detail 1 active, 0 not) when the alarm line changes; while it is active oxygen carries
/// <see cref="QualityMarks.SensorAlarm"/>. <see cref="ReadingKind.Refused"/> for what is no line, or a value that cannot be.</para>
/// <para>A poll that was missed leaves nothing: no value is repeated. The device is never written to.</para>
/// </remarks>
public sealed class TcmMonitor : RegisterMonitor<AdcSample>
{
    private readonly TcmOptions _options;
    private readonly TcmOutput?[] _outputs = new TcmOutput?[AdcLines.Inputs];
    private readonly double[] _zeros = new double[AdcLines.Inputs];
    private readonly long[] _counts = new long[4];
    private AdcLines _lines;
    private bool? _alarm;
    private bool _alarmKnown;

    /// <exception cref="ArgumentException">Two outputs share an input.</exception>
    public TcmMonitor(TcmOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
        foreach ((TcmOutput output, TcmInput input) in options.Wired)
        {
            (_outputs[input.Number], _zeros[input.Number]) = (output, input.ZeroMilliVolts);
        }
    }

    protected override void Restart(in Record record, IList<Reading> readings)
    {
        _lines.Restart();
        Array.Clear(_counts);
        (_alarm, _alarmKnown) = (null, false);
    }

    protected override WireFault Read(in RegisterLine line, out AdcSample? value)
    {
        AdcStep step = _lines.Next(line, out AdcSample sample, out WireFault fault);
        value = step == AdcStep.Sample ? sample : null;
        return fault;
    }

    protected override void Take(in AdcSample sample, long atNs, IList<Reading> readings)
    {
        if (_outputs[sample.Input] is not { } output)
        {
            return;     // an input that carries nothing of this monitor
        }

        if (output == TcmOutput.Alarm)
        {
            TakeAlarm(TcmCodec.IsAlarm(sample, _zeros[sample.Input]), atNs, readings);
            return;
        }

        TcmValue value = TcmCodec.Read(output, _options.Range, sample, _zeros[sample.Input]);
        bool alarmed = output == TcmOutput.Oxygen && _alarm == true;
        readings.Add(new Reading(Kind(output), atNs, atNs, value.Value)
        {
            Marks = value.Marks | (alarmed ? QualityMarks.SensorAlarm : QualityMarks.None),
            Detail = value.Detail,
            Index = _counts[(int)output]++,
        });
    }

    private void TakeAlarm(bool? alarm, long atNs, IList<Reading> readings)
    {
        if (alarm == _alarm && _alarmKnown)
        {
            return;
        }

        (_alarm, _alarmKnown) = (alarm, true);
        readings.Add(new Reading(ReadingKind.DeviceStatus, atNs, atNs, 0)
        {
            Detail = alarm == true ? 1 : 0,
            Marks = alarm is null ? QualityMarks.Missing : QualityMarks.None,
        });
    }

    private static ReadingKind Kind(TcmOutput output) => output switch
    {
        TcmOutput.Temperature => ReadingKind.ElectrodeTemperature,
        TcmOutput.Power => ReadingKind.HeatingPower,
        _ => ReadingKind.TranscutaneousOxygen,
    };
}
