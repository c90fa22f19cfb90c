using System.Buffers;
using System.Globalization;
using System.Text;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Tcm;

/// <summary>A TCM4/40 on an ADS1115, as a link that polls it once a second puts it on the tape: one line for each read.</summary>
/// <remarks>A line that was cut and comes back begins at the next second; what was not read meanwhile is not there.</remarks>
public sealed class SimulatedTcmLines(SimulatedTcm monitor) : ISimulatedDevice
{
    private const long PeriodNs = Nanoseconds.PerSecond;
    private const long ReadNs = 9_000_000;          // a conversion at 128 a second, and the bus
    private const int FullScaleMilliVolts = 2048;
    private const int OneShot = 0xC103;         // config register: start, single shot, comparator off, input 0 against ground
    private const int FullScaleBits = 2 << 9;   // 2.048 V
    private const int RateBits = 4 << 5;        // 128 a second

    private static readonly int[] Inputs = [.. SimulatedTcm.Wiring.Select(w => w.Input)];

    private long poll;
    private int read;       // two lines an input

    public string Name => monitor.Name;

    public bool IsUp { get; private set; }

    public long? NextAtNs => IsUp ? (poll * PeriodNs) + ((read / 2 + 1) * ReadNs) : null;

    public string TrueValueName => "tcpo2_mmHg";

    public void Connected(long atNs) => (IsUp, poll, read) = (true, (atNs / PeriodNs) + 1, 0);

    public void Disconnected(long atNs) => IsUp = false;

    /// <summary>Nothing is written to it.</summary>
    public void Receive(long atNs, ReadOnlySpan<byte> bytes)
    {
    }

    public void Advance(long atNs, IBufferWriter<byte> wire)
    {
        if (NextAtNs is not { } due || due > atNs)
        {
            return;
        }

        int input = Inputs[read / 2];
        bool config = read % 2 == 0;
        int word = config ? OneShot | (input << 12) | FullScaleBits | RateBits : (ushort)Count(monitor.MilliVolts(input, atNs));
        wire.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"ads1115/ain{input}_{(config ? "config" : "conversion")}\t0x{word:X4}\n")));
        read++;
        if (read == 2 * Inputs.Length)
        {
            (poll, read) = (poll + 1, 0);
        }
    }

    public double? TrueValue(long atNs) => monitor.Skin.On is null ? null : monitor.Skin.TrueMmHg;

    private static short Count(double milliVolts) => (short)Math.Clamp(Math.Floor((milliVolts * 32768 / FullScaleMilliVolts) + 0.5), short.MinValue, short.MaxValue);
}
