using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Tests.Signals;

/// <summary>One toe pressure taken on a simulated patient: rest, a cuff that closes the artery, a hold, a bleed. Everything follows from the seed.</summary>
/// <remarks>The patient, cuff and sensor are those of the simulators, which know nothing of how a return of pulse is found.</remarks>
internal sealed class ToeRun
{
    private const long Second = Nanoseconds.PerSecond;
    private static readonly Site Toe = Site.Parse("R.TOE");

    private readonly SimulatedPatient patient;
    private readonly SimulatedCuff cuff = new(300);
    private readonly ToePleth sensor;
    private readonly double rateHz;
    private readonly double cuffErrorMmHg;
    private readonly bool wholeMmHg;
    private readonly long endNs;

    public ToeRun(ulong seed)
    {
        var chance = new SeededStream(seed, "run");
        double Within(double low, double high) => low + ((high - low) * chance.Unit());
        TrueMmHg = 24 + (90 * chance.Unit() * chance.Unit());
        double amplitude = Within(400, 6000);
        patient = new SimulatedPatient(
            new PatientTruth
            {
                HeartRatePerMin = Within(48, 110),
                RespirationPerMin = Within(10, 20),
                SpO2Percent = 96,
                PressureSwingPercent = Within(0.3, 3),
                ArmDiastolicMmHg = 70,
                Arteries = new Dictionary<Site, ArteryTruth>
                {
                    [Toe] = new(TrueMmHg, true), [Site.Parse("R.PT")] = new(130, true), [Site.Parse("R.DP")] = new(130, true),
                },
                ToePulse = new ToePulseTruth(new PulseShape(Within(0.15, 0.4), Within(0, 0.2)), amplitude, amplitude * Within(0.003, 0.02), Within(8, 40)),
            },
            seed);
        patient.Know(cuff);
        cuff.PutOn(Toe);
        rateHz = chance.Below(2) == 0 ? 75 : 125;
        wholeMmHg = chance.Below(2) == 0;
        cuffErrorMmHg = 0.5 * chance.Bell();
        sensor = new ToePleth(patient, 1 / rateHz, new SeededStream(seed, "sensor"));
        sensor.PutOn(Toe);
        long top = cuff.Inflate(12 * Second, TrueMmHg + Within(20, 35), 25);
        long fall = top + Nanoseconds.FromSeconds(Within(6, 9));
        cuff.Hold(top);
        endNs = cuff.Bleed(fall, 8, Within(2, TrueMmHg < 50 ? 2.3 : 3));
    }

    /// <summary>Mean systolic pressure of the toe, mmHg: what the run is asked for.</summary>
    public double TrueMmHg { get; }

    public ReturnOfPulseResult Judge()
    {
        var fold = new ReturnOfPulse();
        for (int k = 0; k / rateHz < Nanoseconds.ToSeconds(endNs); k++)
        {
            long at = (long)(k * 1e9 / rateHz);
            if (!wholeMmHg || k % 15 == 0)
            {
                double shown = cuff.PressureAt(at) + (cuff.PressureAt(at) > 5 ? cuffErrorMmHg : 0);
                fold.Cuff(at, wholeMmHg ? Math.Floor(shown + 0.5) : shown);
            }

            fold.Pleth(at, Math.Floor(32_000 + sensor.Next(at) + 0.5));
        }

        return fold.Finish();
    }
}
