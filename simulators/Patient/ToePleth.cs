using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Patient;

/// <summary>What an optical sensor on a toe sees, sample after sample: the pulse as far as the cuffs let it through, the veins, the chest, movement, noise;
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

    /// <summary>What the room's light adds while the sensor is off the skin, counts (assumed).</summary>
    private const double RoomLightCounts = 6000;

    private readonly SimulatedPatient patient;
    private readonly SeededStream chance;
    private readonly double periodSeconds;
    private long beatIndex = -1;
    private double inflow;
    private Heartbeat current;
    private Heartbeat beatBefore;
    private double countsBefore;
    private double counts;
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

    /// <summary>The sensor sits on a toe and touches it.</summary>
    public bool IsOnSkin { get; private set; }

    /// <summary>Foot-to-peak height of the pulse under way, counts; 0 when it did not pass.</summary>
    public double PulseCounts => IsOnSkin ? counts : 0;

    /// <summary>Number of the beat under way at the toe.</summary>
    public long BeatIndex => beatIndex;

    /// <summary>The pulse without veins, chest, coupling and noise, counts above its foot.</summary>
    public double TrueCounts { get; private set; }

    public void PutOn(Site? toe)
    {
        On = toe;
        beatIndex = -1;
        (inflow, counts, countsBefore) = (0, 0, 0);
        IsOnSkin = toe is not null;
    }

    /// <summary>The next sample, counts around 0.</summary>
    public double Next(long atNs)
    {
        ToePulseTruth truth = patient.Truth.ToePulse;
        double noise = truth.NoiseCounts * chance.Bell();
        if (On is not { } toe)
        {
            (TrueCounts, IsOnSkin) = (0, false);
            return noise;
        }

        TrueCounts = Pulse(toe, atNs, truth);
        FillVeins(patient.CuffOver(toe, atNs));
        IsOnSkin = !patient.HasLostContact(toe, atNs);
        double now = IsOnSkin
            ? TrueCounts + (truth.AmplitudeCounts * ((VenousShare * veins) + (BreathShare * patient.Beats.BreathAt(atNs)))) + patient.Motion.At(patient.Truth.LimbEvents, toe, atNs)
            : RoomLightCounts;
        TrueCounts = IsOnSkin ? TrueCounts : 0;
        coupled = (1 - (periodSeconds / CouplingSeconds)) * (coupled + now - before);
        before = now;
        return coupled + noise;
    }

    /// <summary>The pulse of the beat under way, and what is left of the one before where it came early.</summary>
    private double Pulse(Site toe, long atNs, in ToePulseTruth truth)
    {
        Heartbeat beat = patient.BeatAt(toe, atNs);
        long pulseAtNs = beat.AtNs + SimulatedPatient.DelayNs(toe);
        if (beat.Index != beatIndex)
        {
            // whether and how far this pulse gets through is settled when it arrives at the cuff
            (beatBefore, countsBefore) = beatIndex == beat.Index - 1 ? (current, counts) : (beat, 0);
            (beatIndex, current) = (beat.Index, beat);
            inflow = patient.ToeInflow(toe, beat, pulseAtNs);
            counts = truth.Shape.Height * inflow * truth.AmplitudeCounts * beat.Strength * Vasospasm.Amplitude(patient.Truth.LimbEvents, toe, pulseAtNs);
        }

        long beforeAtNs = beatBefore.AtNs + SimulatedPatient.DelayNs(toe);
        double before = countsBefore == 0 ? 0 : countsBefore * truth.Shape.At((atNs - beforeAtNs) / (double)beatBefore.PulseNs);
        return (counts * truth.Shape.At((atNs - pulseAtNs) / (double)beat.PulseNs)) + before;
    }

    private void FillVeins(double cuffMmHg)
    {
        bool closed = cuffMmHg > VenousMmHg;
        double target = closed ? (inflow > 0 ? 1 : veins) : 0;
        veins += (target - veins) * periodSeconds / (closed ? FillSeconds : DrainSeconds);
    }
}
