using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Patient;

/// <summary>A patient with beats, arteries and whatever cuffs sit on them.</summary>
/// <remarks>A function of truth and seed. It knows nothing of devices: they ask it.</remarks>
public sealed class SimulatedPatient
{
    private readonly List<SimulatedCuff> cuffs = [];

    public SimulatedPatient(PatientTruth truth, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(truth);
        Truth = truth;
        Beats = new Heartbeats(truth, new SeededStream(seed, "heart"));
        Motion = new LimbMotion(new SeededStream(seed, "motion"));
    }

    public PatientTruth Truth { get; }

    public Heartbeats Beats { get; }

    public LimbMotion Motion { get; }

    /// <summary>Makes a cuff known, so that it can close arteries once it is put on.</summary>
    public void Know(SimulatedCuff cuff) => cuffs.Add(cuff);

    /// <summary>How long a pulse travels from the heart to a site.</summary>
    public static long DelayNs(Site site) => Nanoseconds.FromMilliseconds(site.Place == Place.Arm ? 120 : site.IsToe ? 260 : 200);

    /// <summary>The beat whose pulse is at the site.</summary>
    public Heartbeat BeatAt(Site site, long atNs) => Beats.At(atNs - DelayNs(site));

    /// <summary>Systolic pressure of one beat, mmHg: of the heart's strength, the limb's height and a cold toe's vessels.</summary>
    /// <exception cref="KeyNotFoundException">The scenario gives no truth for that artery.</exception>
    public double SystolicMmHg(Site artery, in Heartbeat beat) =>
        (Artery(artery).SystolicMmHg * (1 + beat.Swing) * Vasospasm.Systolic(Truth.LimbEvents, artery, beat.AtNs)) - LimbHeight.MmHg(Truth.LimbEvents, artery, beat.AtNs);

    /// <summary>Cuff pressure at the artery that closes it for one beat, mmHg: the blood's, and what a stiff wall adds.</summary>
    /// <exception cref="KeyNotFoundException">The scenario gives no truth for that artery.</exception>
    public double ClosingMmHg(Site artery, in Heartbeat beat) => SystolicMmHg(artery, beat) + Artery(artery).WallMmHg;

    /// <summary>True while the sensor on a site is off the skin.</summary>
    public bool HasLostContact(Site site, long atNs)
    {
        foreach (LimbEvent happening in Truth.LimbEvents)
        {
            if (happening is LimbEvent.ContactLoss && happening.Concerns(site) && atNs >= happening.FromNs && atNs < happening.ToNs)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when the pulse of <paramref name="beat"/> passes every cuff between heart and site at <paramref name="atNs"/>.</summary>
    /// <remarks>An ankle cuff stops a toe's blood only when it closes both ankle arteries of that leg.</remarks>
    public bool Flows(Site artery, in Heartbeat beat, long atNs)
    {
        if (Truth.IsAmputated(artery))
        {
            return false;
        }

        ArteryTruth truth = Artery(artery);
        if (truth.Compressible && ClosingMmHg(artery, beat) <= CuffOver(artery, atNs))
        {
            return false;
        }

        if (!artery.IsToe)
        {
            return true;
        }

        bool ankle = false;
        foreach (Place place in (ReadOnlySpan<Place>)[Place.PosteriorTibial, Place.DorsalisPedis])
        {
            Site above = new(artery.Side, place);
            if (!Truth.Arteries.TryGetValue(above, out ArteryTruth vessel))
            {
                continue;
            }

            if (!vessel.Compressible || ClosingMmHg(above, beat) > CuffOver(above, atNs))
            {
                return true;
            }

            ankle = true;
        }

        return !ankle;
    }

    /// <summary>How much of a beat's pulse reaches the toe, 0 (closed) to 1 (whole).</summary>
    public double ToeInflow(Site toe, in Heartbeat beat, long atNs)
    {
        if (!Flows(toe, beat, atNs))
        {
            return 0;
        }

        double margin = ClosingMmHg(toe, beat) - CuffOver(toe, atNs);
        // Only the tip of the pressure wave above the cuff passes; the area of a parabola's tip grows with the power 3/2 of its height.
        double tip = Math.Clamp(margin / Truth.ToePulse.GrowthMmHg, 0, 1);
        return tip * Math.Sqrt(tip);
    }

    /// <summary>Highest pressure that the cuffs at this level of the limb bring to its arteries, mmHg.</summary>
    public double CuffOver(Site site, long atNs)
    {
        double highest = 0;
        foreach (SimulatedCuff cuff in cuffs)
        {
            if (cuff.On is { } on && on.Side == site.Side && Level(on) == Level(site))
            {
                highest = Math.Max(highest, cuff.PressureAt(atNs) * cuff.Transmission);
            }
        }

        return highest;
    }

    /// <summary>When the next pulse is heard over an artery, if hands and modules go on as they do now.</summary>
    /// <returns>The time of the sound, from <paramref name="fromNs"/> on; null when none comes before <paramref name="untilNs"/>.</returns>
    public long? NextDopplerSound(Site artery, long fromNs, long untilNs)
    {
        Heartbeat beat = BeatAt(artery, fromNs);
        for (; beat.AtNs + DelayNs(artery) < untilNs; beat = Beats.After(beat))
        {
            long sound = beat.AtNs + DelayNs(artery);
            if (sound >= fromNs && Flows(artery, beat, sound))
            {
                return sound;
            }
        }

        return null;
    }

    private ArteryTruth Artery(Site artery) => Truth.Arteries.TryGetValue(artery, out ArteryTruth truth)
        ? truth
        : throw new KeyNotFoundException($"The scenario says nothing of {artery}.");

    private static Place Level(Site site) => site.IsToe ? Place.Toe : site.Place == Place.Arm ? Place.Arm : Place.Ankle;
}
