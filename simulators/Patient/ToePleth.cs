using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Patient;

/// <summary>What an optical sensor on a toe sees, sample after sample: the pulse as far as the cuffs let it through, the veins, the chest, noise;
/// all through the slow high-pass of such a device.</summary>
/// <remarks>Only + − × ÷, so the samples are the same on every machine. Without a toe under it the sensor sees noise alone.</remarks>
public sealed class ToePleth
{
    private const double CouplingSeconds = 1.5;
    private const double FillSeconds = 6;
    private const double DrainSeconds = 1.5;

    /// <summary>Above this the cuff holds the veins closed (they drain when it falls below: the plunge seen late in a bleed).</summary>
    private const double VenousMmHg = 20;

    private const double VenousShare = 0.3;
    private const double BreathShare = 0.02;

    private readonly SimulatedPatient patient;
    private readonly SeededStream chance;
    private readonly double periodSeconds;
    private long beatIndex = -1;
    private double inflow;
    private double veins;
    private double coupled;
    private double before;

    public ToePleth(SimulatedPatient patient, double periodSeconds, SeededStream chance)
    {
        ArgumentNullException.ThrowIfNull(patient);
        (this.patient, this.periodSeconds, this.chance) = (patient, periodSeconds, chance);
    }

    /// <summary>Where the sensor sits; null when it is off.</summary>
    public Site? On { get; private set; }

    /// <summary>Foot-to-peak height of the pulse under way, counts; 0 when it did not pass.</summary>
    public double PulseCounts => On is null ? 0 : inflow * patient.Truth.ToePulse.AmplitudeCounts;

    /// <summary>Number of the beat under way at the toe.</summary>
    public long BeatIndex => beatIndex;

    /// <summary>The pulse without veins, chest, coupling and noise, counts above its foot.</summary>
    public double TrueCounts { get; private set; }

    public void PutOn(Site? toe)
    {
        On = toe;
        beatIndex = -1;
        inflow = 0;
    }

    /// <summary>The next sample, counts around 0.</summary>
    public double Next(long atNs)
    {
        ToePulseTruth truth = patient.Truth.ToePulse;
        double noise = truth.NoiseCounts * chance.Bell();
        if (On is not { } toe)
        {
            TrueCounts = 0;
            return noise;
        }

        Heartbeat beat = patient.BeatAt(toe, atNs);
        long pulseAtNs = beat.AtNs + SimulatedPatient.DelayNs(toe);
        if (beat.Index != beatIndex)
        {
            // whether and how far this pulse gets through is settled when it arrives at the cuff
            beatIndex = beat.Index;
            inflow = patient.ToeInflow(toe, beat, pulseAtNs);
        }

        TrueCounts = PulseCounts * truth.Shape.At((atNs - pulseAtNs) / (double)beat.LengthNs);
        FillVeins(patient.CuffOver(toe, atNs));
        double now = TrueCounts + (truth.AmplitudeCounts * ((VenousShare * veins) + (BreathShare * patient.Beats.BreathAt(atNs))));
        coupled = (1 - (periodSeconds / CouplingSeconds)) * (coupled + now - before);
        before = now;
        return coupled + noise;
    }

    private void FillVeins(double cuffMmHg)
    {
        bool closed = cuffMmHg > VenousMmHg;
        double target = closed ? (inflow > 0 ? 1 : veins) : 0;
        veins += (target - veins) * periodSeconds / (closed ? FillSeconds : DrainSeconds);
    }
}
