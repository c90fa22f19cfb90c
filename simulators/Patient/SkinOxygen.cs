using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Patient;

/// <summary>What a heated electrode on the skin measures: oxygen tension, its own temperature, and the power that holds it there.</summary>
/// <remarks>
/// <para>On the skin the value falls from that of air in two parts: the air under the ring is used up (time constant 60 s), and the skin warms and opens its
/// vessels (95 % after the scenario's minutes; with 14 of them the value still falls 0.8 % from minute 14 to 15, as published). A change of inspired oxygen arrives with
/// 70 s, a raised or hanging leg with 40 s, and the electrode itself answers with 5 s (95 % in 15 s). In the air it goes to the air point, with a leak most of the way.
/// A heater that is off lets the skin's vessels close. Sources: clinical reference 4, signal reference 7; shape and powers are assumed.</para>
/// <para>Steps of 0.1 s with + − × ÷ alone: the same values on every machine, however often it is asked.</para>
/// </remarks>
public sealed class SkinOxygen
{
    /// <summary>What the electrode shows in the room's air, mmHg: 20.95 % of 760 less 20 of vapour.</summary>
    public const double AirMmHg = 155;

    private const long StepNs = Nanoseconds.PerSecond / 10;
    private const double StepSeconds = 0.1;
    private const long NoiseNs = Nanoseconds.PerSecond;
    private const double ElectrodeSeconds = 5;
    private const double TrappedSeconds = 60;
    private const double TrappedShare = 0.75;
    private const double OxygenSeconds = 70;
    private const double ElevationSeconds = 40;
    private const double LiftSeconds = 3;
    private const double LeakSeconds = 8;
    private const double LeakShare = 0.85;
    private const double HeaterSeconds = 45;
    private const double CoolingSeconds = 120;
    private const double VesselsSeconds = 240;
    private const double SkinCelsius = 33;
    private const double RoomCelsius = 22;
    private const double VesselsOpenCelsius = 40;
    private const double SkinMilliWattsPerDegree = 31;
    private const double RoomMilliWattsPerDegree = 9;
    private const double HeatUpMilliWattsPerDegree = 60;
    private const double MostMilliWatts = 900;

    private readonly SimulatedPatient patient;
    private readonly SeededStream chance;
    private long stepped = -1;
    private double under = AirMmHg;         // tension under the membrane
    private double shown = AirMmHg;
    private double trapped;                 // what the trapped air still adds
    private double cold;                    // what vessels that are not yet open still change
    private double oxygen;                  // 0 air, 1 oxygen, as far as it has arrived
    private double raised;
    private double hanging;
    private double closed;                  // how far the vessels closed again without heat
    private double noise;
    private bool inAir = true;

    public SkinOxygen(SimulatedPatient patient, double electrodeCelsius, SeededStream chance)
    {
        ArgumentNullException.ThrowIfNull(patient);
        (this.patient, SetPointCelsius, this.chance) = (patient, electrodeCelsius, chance);
        Celsius = RoomCelsius;
    }

    /// <summary>Where the electrode sits; null while it hangs in the air.</summary>
    public Site? On { get; private set; }

    public double SetPointCelsius { get; }

    /// <summary>Temperature of the electrode, °C.</summary>
    public double Celsius { get; private set; }

    /// <summary>mW, 0 to 900.</summary>
    public double HeatingMilliWatts { get; private set; }

    /// <summary>Tension the electrode shows without its noise, mmHg.</summary>
    public double TrueMmHg => shown;

    /// <summary>Tension the electrode shows, mmHg.</summary>
    public double MmHg => Math.Max(0, shown + noise);

    /// <summary>Puts the electrode on the skin, or takes it off, at the time it was advanced to last.</summary>
    /// <exception cref="KeyNotFoundException">The scenario says nothing of the skin there.</exception>
    public void PutOn(Site? site)
    {
        On = site is { } named && !patient.Truth.Skin.ContainsKey(named) ? throw new KeyNotFoundException($"The scenario says nothing of the skin at {named}.") : site;
        inAir = true;       // whatever was trapped is fresh air again
    }

    /// <summary>Lives up to a time; asking for an earlier one changes nothing.</summary>
    public void Advance(long atNs)
    {
        while ((stepped + 1) * StepNs <= atNs)
        {
            stepped++;
            Step(stepped * StepNs);
        }
    }

    private void Step(long atNs)
    {
        if (atNs % NoiseNs == 0)
        {
            noise = chance.Bell() * (On is { } here ? patient.Truth.Skin[here].NoiseMmHg : 0.2);
        }

        bool heating = !Happens(SkinEventKind.HeaterOff, atNs);
        bool touching = On is not null && !Happens(SkinEventKind.LiftOff, atNs);
        double around = touching ? SkinCelsius : RoomCelsius;
        Celsius += ((heating ? SetPointCelsius : around) - Celsius) * StepSeconds / (heating ? HeaterSeconds : CoolingSeconds);
        HeatingMilliWatts = !heating ? 0 : Math.Min(
            MostMilliWatts,
            ((touching ? SkinMilliWattsPerDegree : RoomMilliWattsPerDegree) * (SetPointCelsius - around)) + (HeatUpMilliWattsPerDegree * (SetPointCelsius - Celsius)));
        oxygen += ((Happens(SkinEventKind.Oxygen, atNs) ? 1 : 0) - oxygen) * StepSeconds / OxygenSeconds;
        raised += ((Happens(SkinEventKind.Elevation, atNs) ? 1 : 0) - raised) * StepSeconds / ElevationSeconds;
        hanging += ((Happens(SkinEventKind.Dependency, atNs) ? 1 : 0) - hanging) * StepSeconds / ElevationSeconds;
        closed += ((heating ? 0 : 1) - closed) * StepSeconds / VesselsSeconds;
        if (touching && On is { } site)
        {
            OnSkin(patient.Truth.Skin[site], Happens(SkinEventKind.AirLeak, atNs));
        }
        else
        {
            inAir = true;
            under += (AirMmHg - under) * StepSeconds / LiftSeconds;
        }

        shown += (under - shown) * StepSeconds / ElectrodeSeconds;
    }

    private void OnSkin(in SkinTruth skin, bool leaking)
    {
        double target = Math.Max(0, (skin.PlateauMmHg * (1 - (0.7 * closed))) + (skin.OxygenRiseMmHg * oxygen) - (skin.ElevationFallMmHg * raised) + (skin.DependencyRiseMmHg * hanging));
        if (inAir)
        {
            inAir = false;
            (trapped, cold) = (TrappedShare * (under - target), (1 - TrappedShare) * (under - target));
        }

        if (leaking)
        {
            under += (target + (LeakShare * (AirMmHg - target)) - under) * StepSeconds / LeakSeconds;
            trapped = under - target - cold;
            return;
        }

        trapped -= trapped * StepSeconds / TrappedSeconds;
        cold -= Celsius >= VesselsOpenCelsius ? cold * StepSeconds / (skin.WarmUpMinutes * 20) : 0;
        under = target + trapped + cold;
    }

    private bool Happens(SkinEventKind kind, long atNs)
    {
        foreach (SkinEvent happening in patient.Truth.SkinEvents)
        {
            if (happening.Kind == kind && (On is { } site ? happening.Holds(site, atNs) : happening.On is null && atNs >= happening.FromNs && atNs < happening.ToNs))
            {
                return true;
            }
        }

        return false;
    }
}
