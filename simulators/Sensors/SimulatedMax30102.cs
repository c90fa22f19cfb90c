using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Sensors;

/// <summary>Light that comes back from a toe to a MAX30102, 100 samples a second: much steady light, and a little less of it with each pulse.</summary>
/// <remarks>Assumed: 150000 counts infra-red and 120000 red come back; a pulse of 2000 counts of the patient's model takes 1 % of the infra-red and 0.4 % of the red; off the skin next to nothing comes back.</remarks>
public sealed class ReflectedLight
{
    public const int PerSecond = 100;

    private const int InfraRed = 150_000;
    private const int Red = 120_000;
    private const double InfraRedPerCount = 0.75;
    private const double RedPerCount = 0.24;
    private const int Dark = 1200;
    private const int Kept = 4096;

    private readonly (int Red, int InfraRed)[] made = new (int, int)[Kept];
    private long count;

    public ReflectedLight(SimulatedPatient patient, SeededStream chance) => Pleth = new ToePleth(patient, 1.0 / PerSecond, chance);

    /// <summary>The sensor's place.</summary>
    public ToePleth Pleth { get; }

    /// <summary>A sample by its number; the last 4096 are kept, so that several readers see the same ones.</summary>
    public (int Red, int InfraRed) At(long number)
    {
        for (; count <= number; count++)
        {
            double now = Pleth.Next(count * Nanoseconds.PerSecond / PerSecond);
            made[count % Kept] = Pleth.IsOnSkin ? (Counts(Red - (RedPerCount * now)), Counts(InfraRed - (InfraRedPerCount * now))) : (Counts(Dark + (now / 100)), Counts(Dark + (now / 100)));
        }

        return made[number % Kept];
    }

    private static int Counts(double light) => (int)Math.Clamp(Math.Floor(light + 0.5), 0, 0x3FFFF);
}

/// <summary>A MAX30102 on a toe, whose FIFO is emptied ten times a second.</summary>
public sealed class SimulatedMax30102 : SimulatedSensor
{
    private const int PollsPerSecond = 10;
    private const int FifoSamples = 32;
    private const int MostOnLine = 7;

    private long next = -1;

    public SimulatedMax30102(string name, SimulatedPatient patient, ulong seed)
        : base(name, Nanoseconds.PerSecond / PollsPerSecond) => Light = new ReflectedLight(patient, new SeededStream(seed, name + "/sensor"));

    public ReflectedLight Light { get; }

    public override string TrueValueName => "pleth_above_foot_counts";

    public override void Connected(long atNs)
    {
        base.Connected(atNs);
        next = (atNs * ReflectedLight.PerSecond / Nanoseconds.PerSecond) + 1;      // the driver begins with an empty FIFO
    }

    public override double? TrueValue(long atNs) => Light.Pleth.On is null ? null : Light.Pleth.TrueCounts;

    protected override IEnumerable<string> Poll(long atNs)
    {
        long until = (atNs * ReflectedLight.PerSecond / Nanoseconds.PerSecond) + 1;
        List<string> lines = [Line("max30102", "fifo", (byte)(until % FifoSamples), 0, (byte)(next % FifoSamples))];
        while (next < until)
        {
            int samples = (int)Math.Min(until - next, MostOnLine);
            byte[] bytes = new byte[6 * samples];
            for (int n = 0; n < samples; n++)
            {
                (int red, int infraRed) = Light.At(next + n);
                (bytes[6 * n], bytes[(6 * n) + 1], bytes[(6 * n) + 2]) = ((byte)(red >> 16), (byte)(red >> 8), (byte)red);
                (bytes[(6 * n) + 3], bytes[(6 * n) + 4], bytes[(6 * n) + 5]) = ((byte)(infraRed >> 16), (byte)(infraRed >> 8), (byte)infraRed);
            }

            lines.Add(Line("max30102", "samples", bytes));
            next += samples;
        }

        return lines;
    }
}
