using Vascular.Processing.Vocabulary;

namespace Vascular.Simulators.Patient;

/// <summary>Something that happens to a limb, or to the sensor on it, for a while.</summary>
/// <param name="On">The limb, by a site on it; a toe's for what happens to a toe.</param>
public abstract record LimbEvent(Site On, long FromNs, long ToNs)
{
    /// <summary>The toe or the arm moves: a few swings a second that bury the pulse.</summary>
    public sealed record Movement(Site On, long FromNs, long ToNs, double AmplitudeCounts) : LimbEvent(On, FromNs, ToNs);

    /// <summary>It trembles at one frequency.</summary>
    public sealed record Tremor(Site On, long FromNs, long ToNs, double AmplitudeCounts, double FrequencyHz) : LimbEvent(On, FromNs, ToNs);

    /// <summary>The sensor is off the skin.</summary>
    public sealed record ContactLoss(Site On, long FromNs, long ToNs) : LimbEvent(On, FromNs, ToNs);

    /// <summary>The toe's vessels close against the cold: see <see cref="Patient.Vasospasm"/>.</summary>
    public sealed record Vasospasm(Site On, long FromNs, long ToNs, double AmplitudePercent, double SystolicPercent) : LimbEvent(On, FromNs, ToNs);

    /// <summary>The limb is held above the heart, or below it: see <see cref="LimbHeight"/>.</summary>
    public sealed record Raised(Site On, long FromNs, long ToNs, double HeightCm) : LimbEvent(On, FromNs, ToNs);

    /// <summary>How far it has come on, 0 to 1: in over <paramref name="rampNs"/> from its beginning, out over as long from its end; smooth, without a step.</summary>
    public double Share(long atNs, long rampNs)
    {
        double on = Smooth((atNs - FromNs) / (double)rampNs);
        double off = Smooth((atNs - ToNs) / (double)rampNs);
        return on - off;
    }

    /// <summary>True at a site of the same leg or arm; where the event names a toe, at the toes alone.</summary>
    public bool Concerns(Site site) => site.Side == On.Side && (On.IsToe ? site.IsToe : (On.Place == Place.Arm) == (site.Place == Place.Arm) && site.Place != Place.Chest);

    private static double Smooth(double x) => x <= 0 ? 0 : x >= 1 ? 1 : x * x * (3 - (2 * x));
}
