using System.Buffers.Binary;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Registers;

/// <summary>What became of a line in <see cref="AdcLines.Next"/>.</summary>
public enum AdcStep
{
    /// <summary>A scale or setting, or a register of something else: nothing to say yet.</summary>
    None,

    /// <summary>A voltage, or the error that stands in its place.</summary>
    Sample,

    /// <summary>A value that cannot be: no number, or a conversion of another input than the one asked for.</summary>
    Refused,
}

/// <summary>Voltages out of the lines of a converter: an ADS1115's own registers (I2C), or Linux IIO attributes of the same chip (iiod).</summary>
/// <remarks>
/// <para>I2C: <c>ainN_config</c>, read back when the conversion is done, then <c>ainN_conversion</c>. IIO: <c>in_voltageN_scale</c>, mV per count, then
/// <c>in_voltageN_raw</c>, counts. A count is worth nothing without the setting read just before it: each setting is used once.
/// A converter that lost its setting (a brown-out, somebody else on the bus) gives a refusal, never a voltage of another input.</para>
/// <para>A mutable struct: keep it in a field.</para>
/// </remarks>
public struct AdcLines
{
    /// <summary>Inputs of the converter.</summary>
    public const int Inputs = 4;

    private const int MissingSetting = 61;      // ENODATA: a count came and no setting before it

    private Settings _settings;

    /// <summary>Takes the next line.</summary>
    /// <param name="fault">With Refused: Range.</param>
    public AdcStep Next(in RegisterLine line, out AdcSample sample, out WireFault fault)
    {
        (sample, fault) = (default, WireFault.None);
        ReadOnlySpan<byte> register = line.Register;
        return register.StartsWith("ain"u8) && Input(register, 3, out int input, out ReadOnlySpan<byte> what) ? Chip(line, input, what, out sample, out fault)
            : register.StartsWith("in_voltage"u8) && Input(register, 10, out input, out what) ? Iio(line, input, what, out sample, out fault)
            : AdcStep.None;
    }

    /// <summary>The line opened: settings before it count no more.</summary>
    public void Restart() => _settings = default;

    private static bool Input(ReadOnlySpan<byte> register, int at, out int input, out ReadOnlySpan<byte> what)
    {
        input = register.Length > at ? register[at] - '0' : -1;
        what = default;
        if (input is < 0 or >= Inputs || register.Length < at + 3 || register[at + 1] != (byte)'_')
        {
            return false;
        }

        what = register[(at + 2)..];
        return true;
    }

    private AdcStep Chip(in RegisterLine line, int input, ReadOnlySpan<byte> what, out AdcSample sample, out WireFault fault)
    {
        (sample, fault) = (default, WireFault.None);
        bool config = what.SequenceEqual("config"u8);
        if (!config && !what.SequenceEqual("conversion"u8))
        {
            return AdcStep.None;
        }

        Setting setting = _settings[input];
        _settings[input] = default;
        if (line.Failed)
        {
            sample = new AdcSample(input, 0, line.Errno);
            return AdcStep.Sample;
        }

        Span<byte> word = stackalloc byte[2];
        if (!line.TryBytes(word))
        {
            return Refuse(out fault);
        }

        if (!config)
        {
            return Count(input, BinaryPrimitives.ReadInt16BigEndian(word), setting, out sample);
        }

        Ads1115Config read = new(BinaryPrimitives.ReadUInt16BigEndian(word));
        if (read.Input != input || !read.Ready)
        {
            return Refuse(out fault);
        }

        _settings[input] = new Setting(read.MilliVoltsPerCount, 0);
        return AdcStep.None;
    }

    private AdcStep Iio(in RegisterLine line, int input, ReadOnlySpan<byte> what, out AdcSample sample, out WireFault fault)
    {
        (sample, fault) = (default, WireFault.None);
        bool scale = what.SequenceEqual("scale"u8);
        if (!scale && !what.SequenceEqual("raw"u8))
        {
            return AdcStep.None;
        }

        Setting setting = _settings[input];
        _settings[input] = default;
        if (line.Failed)
        {
            if (scale)
            {
                _settings[input] = new Setting(0, line.Errno);
                return AdcStep.None;
            }

            sample = new AdcSample(input, 0, line.Errno);
            return AdcStep.Sample;
        }

        if (!line.TryNumber(out double number) || (scale ? number <= 0 : number != (short)number))
        {
            return Refuse(out fault);
        }

        if (!scale)
        {
            return Count(input, (short)number, setting, out sample);
        }

        _settings[input] = new Setting(number, 0);
        return AdcStep.None;
    }

    private static AdcStep Count(int input, short count, in Setting setting, out AdcSample sample)
    {
        sample = setting.MilliVoltsPerCount > 0
            ? new AdcSample(input, count * setting.MilliVoltsPerCount, 0, Clipped: count is short.MaxValue or short.MinValue)
            : new AdcSample(input, 0, setting.Errno == 0 ? MissingSetting : setting.Errno);
        return AdcStep.Sample;
    }

    private static AdcStep Refuse(out WireFault fault)
    {
        fault = WireFault.Range;
        return AdcStep.Refused;
    }

    private readonly record struct Setting(double MilliVoltsPerCount, int Errno);

    [System.Runtime.CompilerServices.InlineArray(Inputs)]
    private struct Settings
    {
        private Setting _first;
    }
}
