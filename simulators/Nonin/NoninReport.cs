using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Nonin;

/// <summary>The numbers a module makes of the pulses it noticed: averages over four and eight beats, and how long they are held.</summary>
internal sealed class NoninReport(SimulatedPatient patient)
{
    private const int LongAverage = 8;
    private const int ShortAverage = 4;
    private const byte Revision = 0x31;
    private const int TimerWraps = 16_384;
    private const double DisplaySeconds = 1.5;

    private readonly long[] lengthsNs = new long[LongAverage];
    private long pulses;
    private long lastPulseNs = long.MinValue / 2;
    private int? display;
    private int? displayLong;
    private long displayAtNs = long.MinValue / 2;

    public void Pulse(long atNs, long lengthNs)
    {
        lengthsNs[pulses++ % LongAverage] = lengthNs;
        lastPulseNs = atNs;
    }

    public bool OutOfTrack(long atNs) => atNs - lastPulseNs > Nanoseconds.FromSeconds(SimulatedNonin.OutOfTrackSeconds);

    /// <summary>Numbers of the packet that begins.</summary>
    /// <param name="number">Packets so far: three a second, which is the module's own time.</param>
    public NoninNumbers Packet(long atNs, long number, bool sensorOn)
    {
        bool held = atNs - lastPulseNs <= Nanoseconds.FromSeconds(SimulatedNonin.HoldSeconds);
        int? rate = held && sensorOn ? Rate(ShortAverage) : null;
        int? rateLong = held && sensorOn ? Rate(LongAverage) : null;
        if (atNs - displayAtNs >= Nanoseconds.FromSeconds(DisplaySeconds))
        {
            displayAtNs = atNs;
            display = held ? rate ?? display : null;
            displayLong = held ? rateLong ?? displayLong : null;
        }

        return new NoninNumbers
        {
            Rate = rate,
            LongRate = rateLong,
            ShownRate = display,
            ShownLongRate = displayLong,
            Saturation = Saturation(rate),
            LongSaturation = Saturation(rateLong),
            ShownSaturation = Saturation(display),
            ShownLongSaturation = Saturation(displayLong),
            Revision = Revision,
            Thirds = (int)(number % TimerWraps),
        };
    }

    private int? Saturation(int? rate) => rate is null ? null : patient.Truth.SpO2Percent;

    private int? Rate(int beats)
    {
        if (pulses < beats)
        {
            return null;
        }

        long sum = 0;
        for (int back = 1; back <= beats; back++)
        {
            sum += lengthsNs[(pulses - back) % LongAverage];
        }

        return (int)((60.0 * Nanoseconds.PerSecond * beats / sum) + 0.5);
    }
}
