using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Patient.Rhythms;

namespace Vascular.Simulators.Tests.Signals;

/// <summary>What a run is made of where the seed shall not decide.</summary>
internal sealed record ToeWish
{
    public Func<IHeartRhythm>? Rhythm { get; init; }

    public double? SystolicMmHg { get; init; }

    public bool Compressible { get; init; } = true;

    /// <summary>Foot to peak with an open cuff.</summary>
    public double? AmplitudeCounts { get; init; }

    public double? NoiseCounts { get; init; }

    public double? HeartRatePerMin { get; init; }

    /// <summary>Time at rest before the cuff is pumped up.</summary>
    public double RestSeconds { get; init; } = 12;

    public double? OvershootMmHg { get; init; }

    public double? BleedMmHgPerS { get; init; }

    /// <summary>Where the valve sticks for half a minute; null where it does not.</summary>
    public double? StickAtMmHg { get; init; }

    /// <summary>Where the bleed ends.</summary>
    public double EmptyMmHg { get; init; } = 8;

    /// <summary>The converter ends so many counts above and below the middle.</summary>
    public double RailCounts { get; init; } = double.PositiveInfinity;

    public IReadOnlyList<LimbEvent> Events { get; init; } = [];
}

/// <summary>One toe pressure taken on a simulated patient: rest, a cuff that closes the artery, a hold, a bleed. Everything follows from the seed.</summary>
/// <remarks>The patient, cuff and sensor are those of the simulators, which know nothing of how a return of pulse is found.</remarks>
internal sealed class ToeRun
{
    private const long Second = Nanoseconds.PerSecond;
    private const double Middle = 32_000;
    private const double StuckSeconds = 30;

    private readonly SimulatedPatient patient;
    private readonly SimulatedCuff cuff = new(300);
    private readonly ToePleth sensor;
    private readonly double rateHz;
    private readonly double cuffErrorMmHg;
    private readonly bool wholeMmHg;
    private readonly double railCounts;
    private readonly long endNs;

    public ToeRun(ulong seed, ToeWish? asked = null)
    {
        ToeWish wish = asked ?? new ToeWish();
        var chance = new SeededStream(seed, "run");
        double Within(double low, double high) => low + ((high - low) * chance.Unit());
        double systolic = 24 + (90 * chance.Unit() * chance.Unit());
        systolic = wish.SystolicMmHg ?? systolic;
        double amplitude = Within(400, 6000);
        amplitude = wish.AmplitudeCounts ?? amplitude;
        double heartRate = Within(48, 110);
        patient = new SimulatedPatient(
            new PatientTruth
            {
                HeartRatePerMin = wish.HeartRatePerMin ?? heartRate,
                Rhythm = wish.Rhythm ?? (() => new SinusRhythm()),
                RespirationPerMin = Within(10, 20),
                SpO2Percent = 96,
                PressureSwingPercent = Within(0.3, 3),
                ArmDiastolicMmHg = 70,
                Arteries = new Dictionary<Site, ArteryTruth>
                {
                    [Toe] = new(systolic, wish.Compressible), [Site.Parse("R.PT")] = new(130, true), [Site.Parse("R.DP")] = new(130, true),
                },
                ToePulse = Pulse(new PulseShape(Within(0.15, 0.4), Within(0, 0.2)), amplitude, amplitude * Within(0.003, 0.02), Within(8, 40), wish),
                LimbEvents = wish.Events,
            },
            seed);
        patient.Know(cuff);
        cuff.PutOn(Toe);
        rateHz = chance.Below(2) == 0 ? 75 : 125;
        wholeMmHg = chance.Below(2) == 0;
        cuffErrorMmHg = 0.5 * chance.Bell();
        railCounts = wish.RailCounts;
        sensor = new ToePleth(patient, 1 / rateHz, new SeededStream(seed, "sensor"));
        sensor.PutOn(Toe);
        double over = Within(20, 35);
        long top = cuff.Inflate(Nanoseconds.FromSeconds(wish.RestSeconds), systolic + (wish.OvershootMmHg ?? over), 25);
        FallFromNs = top + Nanoseconds.FromSeconds(Within(6, 9));
        cuff.Hold(top);
        double bleed = Within(2, systolic < 50 ? 2.3 : 3);
        bleed = wish.BleedMmHgPerS ?? bleed;
        long fallNs = FallFromNs;
        if (wish.StickAtMmHg is { } stuck)
        {
            long held = cuff.Bleed(fallNs, stuck, bleed);
            cuff.Hold(held);
            fallNs = held + Nanoseconds.FromSeconds(StuckSeconds);
        }

        endNs = cuff.Bleed(fallNs, wish.EmptyMmHg, bleed);
        TrueMmHg = wish.Rhythm is null ? systolic : MeanSystolicMmHg();
    }

    public static Site Toe { get; } = Site.Parse("R.TOE");

    /// <summary>What the run is asked for, mmHg: the toe's systolic pressure, in a regular heart the mean it swings about, in an irregular one the mean of
    /// the run's beats.</summary>
    public double TrueMmHg { get; }

    /// <summary>When the valve is opened.</summary>
    public long FallFromNs { get; }

    /// <summary>Gives the run to a fold.</summary>
    /// <param name="pleth">Takes one sample of the plethysmogram.</param>
    public void Feed(Action<long, double> takeCuff, Action<long, double> pleth)
    {
        for (int k = 0; k / rateHz < Nanoseconds.ToSeconds(endNs); k++)
        {
            long at = (long)(k * 1e9 / rateHz);
            if (!wholeMmHg || k % 15 == 0)
            {
                double shown = cuff.PressureAt(at) + (cuff.PressureAt(at) > 5 ? cuffErrorMmHg : 0);
                takeCuff(at, wholeMmHg ? Math.Floor(shown + 0.5) : shown);
            }

            pleth(at, Math.Floor(Middle + Math.Clamp(sensor.Next(at), -railCounts, railCounts) + 0.5));
        }
    }

    public ReturnOfPulseResult Judge()
    {
        var fold = new ReturnOfPulse();
        Feed(fold.Cuff, fold.Pleth);
        return fold.Finish();
    }

    private static ToePulseTruth Pulse(PulseShape shape, double amplitude, double noise, double growth, ToeWish wish) => new(shape, amplitude, wish.NoiseCounts ?? noise, growth);

    private double MeanSystolicMmHg()
    {
        (double sum, int beats) = (0, 0);
        for (Heartbeat beat = patient.BeatAt(Toe, 0); beat.AtNs < endNs; beat = patient.Beats.After(beat))
        {
            (sum, beats) = (sum + patient.SystolicMmHg(Toe, beat), beats + 1);
        }

        return sum / beats;
    }
}
