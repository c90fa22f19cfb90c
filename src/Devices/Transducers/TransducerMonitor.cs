using Vascular.Devices.Registers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Transducers;

/// <summary>A pressure transducer on one input of a converter, by the converter's own bytes (SPI) or as a Linux IIO device (iiod).</summary>
/// <remarks>
/// <para>Readings of each poll: <see cref="ReadingKind.LineVoltage"/>, and behind it <see cref="ReadingKind.CuffPressure"/> where the transducer is calibrated, both with the
/// <see cref="Reading.Scale"/> they were made by; Missing, with the reason in the marks, where there is none. At an end of the converter the truth is that or more.
/// A pressure 5 % above the range the calibration was made over, or 5 % of it below 0, is none.</para>
/// <para>Registers: one line, the bytes as they came. Attributes: the scale, mV of a count, then the raw count, which is worth nothing without the scale read just before it: each scale is used
/// once. A scale that is more than 1 % off what reference and gain make is refused: the daemon's driver has another gain or supply than the settings say.</para>
/// </remarks>
public abstract class TransducerMonitor : RegisterMonitor<TransducerSample>
{
    private const double Tolerance = 0.01;
    private const int NoData = 61;

    private readonly AnalogScale _said;
    private readonly byte[] _device;
    private readonly byte[] _register;
    private readonly byte[] _raw;
    private readonly byte[] _scale;
    private readonly (int Lowest, int Highest) _ends;
    private readonly int _zero;
    private AnalogScale _used;
    private double? _perCount;
    private int _errno;

    /// <param name="scale">By the settings.</param>
    /// <param name="register">Name of its line, behind the part's.</param>
    /// <param name="attributes">Names of scale and raw count behind an iiod.</param>
    /// <param name="ends">Counts at which the converter is at its end, below 0 V first.</param>
    /// <param name="zero">The raw count of an iiod at 0 mV.</param>
    private protected TransducerMonitor(AnalogScale scale, string register, (string Scale, string Raw) attributes, (int Lowest, int Highest) ends, int zero)
    {
        (_said, _used, _ends, _zero) = (scale, scale, ends, zero);
        (_device, _register) = (Ascii(scale.Converter), Ascii(register));
        (_scale, _raw) = (Ascii(attributes.Scale), Ascii(attributes.Raw));

        static byte[] Ascii(string text) => System.Text.Encoding.ASCII.GetBytes(text);
    }

    /// <summary>The count in the converter's own bytes; false where they are none of its.</summary>
    private protected abstract bool TryCount(in RegisterLine line, out int count);

    protected override void Restart(in Record record, IList<Reading> readings) => Forget();

    protected override WireFault Read(in RegisterLine line, out TransducerSample? value)
    {
        value = null;
        return line.Device.SequenceEqual(_device) && line.Register.SequenceEqual(_register) ? ReadRegister(line, out value)
            : line.Register.SequenceEqual(_scale) ? ReadScale(line)
            : line.Register.SequenceEqual(_raw) ? ReadRaw(line, out value)
            : WireFault.None;
    }

    protected override void Take(in TransducerSample value, long atNs, IList<Reading> readings)
    {
        AnalogScale scale = ScaleOf(value.MilliVoltsPerCount);
        double milliVolts = value.Count * value.MilliVoltsPerCount;
        QualityMarks clipped = value.Count >= _ends.Highest ? QualityMarks.AboveRange : value.Count <= _ends.Lowest ? QualityMarks.BelowRange : QualityMarks.None;
        readings.Add(
            (value.Errno != 0 ? Missing(ReadingKind.LineVoltage, QualityMarks.ReadFailed, value.Errno, atNs)
            : clipped != QualityMarks.None ? Missing(ReadingKind.LineVoltage, clipped, (int)Math.Round(milliVolts), atNs)
            : new Reading(ReadingKind.LineVoltage, atNs, atNs, milliVolts)) with
            { Scale = scale });
        if (_said.Calibration is { } calibration)
        {
            readings.Add(Pressure(calibration, value.Errno, milliVolts, clipped, atNs) with { Scale = scale });
        }
    }

    private static Reading Pressure(TransducerCalibration calibration, int errno, double milliVolts, QualityMarks clipped, long atNs)
    {
        if (errno != 0)
        {
            return Missing(ReadingKind.CuffPressure, QualityMarks.ReadFailed, errno, atNs);
        }

        double mmHg = calibration.MmHg(milliVolts);
        if (clipped != QualityMarks.None)
        {
            // which way the pressure goes on, the sign of the calibration says
            return (clipped == QualityMarks.AboveRange) == (calibration.MmHgPerMilliVolt > 0)
                ? Missing(ReadingKind.CuffPressure, QualityMarks.AboveRange, (int)Math.Floor(Math.Min(mmHg, calibration.RangeMmHg)), atNs)
                : Missing(ReadingKind.CuffPressure, QualityMarks.BelowRange, (int)Math.Ceiling(Math.Max(mmHg, 0)), atNs);
        }

        return mmHg > calibration.RangeMmHg * 1.05 ? Missing(ReadingKind.CuffPressure, QualityMarks.AboveRange, calibration.RangeMmHg, atNs)
            : mmHg < calibration.RangeMmHg * -0.05 ? Missing(ReadingKind.CuffPressure, QualityMarks.BelowRange, 0, atNs)
            : new Reading(ReadingKind.CuffPressure, atNs, atNs, mmHg);
    }

    private WireFault ReadRegister(in RegisterLine line, out TransducerSample? value)
    {
        int count = 0;
        bool read = line.Failed || TryCount(line, out count);
        value = read ? new TransducerSample(count, _said.MilliVoltsPerCount, line.Errno) : null;
        return read ? WireFault.None : WireFault.Range;
    }

    private WireFault ReadScale(in RegisterLine line)
    {
        Forget();
        if (line.Failed)
        {
            _errno = line.Errno;
            return WireFault.None;
        }

        if (!line.TryNumber(out double perCount) || Math.Abs((perCount / _said.MilliVoltsPerCount) - 1) > Tolerance)
        {
            return WireFault.Range;
        }

        _perCount = perCount;
        return WireFault.None;
    }

    private WireFault ReadRaw(in RegisterLine line, out TransducerSample? value)
    {
        (double? perCount, int errno) = (_perCount, _errno);
        Forget();
        value = null;
        double raw = 0;
        if (!line.Failed && (!line.TryNumber(out raw) || raw != Math.Floor(raw) || raw < 0 || raw > _ends.Highest + _zero))
        {
            return WireFault.Range;
        }

        value = line.Failed ? new TransducerSample(0, _said.MilliVoltsPerCount, line.Errno)
            : perCount is { } known ? new TransducerSample((int)raw - _zero, known, 0)
            : new TransducerSample(0, _said.MilliVoltsPerCount, errno == 0 ? NoData : errno);
        return WireFault.None;
    }

    /// <summary>The scale a value was made by: made anew only when a daemon says another.</summary>
    private AnalogScale ScaleOf(double perCount) => perCount == _used.MilliVoltsPerCount ? _used : _used = _said with { MilliVoltsPerCount = perCount };

    private void Forget() => (_perCount, _errno) = (null, 0);
}

/// <summary>A count with its scale, or why there is none.</summary>
/// <param name="Count">0 at 0 mV.</param>
/// <param name="Errno">Error number of the read that failed; 0 when none did.</param>
public readonly record struct TransducerSample(int Count, double MilliVoltsPerCount, int Errno);
