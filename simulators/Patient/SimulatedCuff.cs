using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Patient;

/// <summary>A cuff, its pump and its valve, moved by a hand or by a module. Pressure is straight between movements.</summary>
/// <remarks>The pulse's own push on the bladder (the oscillation an oscillometric module reads) is not simulated.
/// The latest 64 movements are kept for questions about the past; before them the pressure is that of the oldest one's start.</remarks>
public sealed class SimulatedCuff
{
    /// <summary>How fast an opened valve empties a cuff, mmHg/s.</summary>
    public const double DumpMmHgPerS = 60;

    private const int Kept = 64;

    private readonly List<Movement> movements = [new(long.MinValue, 0, 0, 0)];

    /// <param name="limitMmHg">Where the device stops inflating, mmHg.</param>
    public SimulatedCuff(double limitMmHg)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limitMmHg);
        LimitMmHg = limitMmHg;
    }

    public double LimitMmHg { get; }

    /// <summary>Where it sits; null while it lies on the table.</summary>
    public Site? On { get; private set; }

    /// <summary>How much of the bladder's pressure reaches the artery: 1 for a cuff that fits.</summary>
    /// <remarks>A narrow cuff passes less and reads high, a wide one may read low: clinical reference 2.1; by how much is assumed.</remarks>
    public double Transmission { get; private set; } = 1;

    public void PutOn(Site? site) => On = site;

    public void Choose(CuffFit fit) => Transmission = fit switch { CuffFit.Narrow => 0.85, CuffFit.Wide => 1.05, _ => 1 };

    /// <summary>mmHg above the room, 0 to <see cref="LimitMmHg"/>.</summary>
    public double PressureAt(long atNs)
    {
        for (int i = movements.Count - 1; i > 0; i--)
        {
            if (movements[i].FromNs <= atNs)
            {
                return movements[i].At(atNs);
            }
        }

        return movements[0].At(atNs);
    }

    /// <summary>When the movement of that time ends.</summary>
    public long MovesUntilNs => movements[^1].EndNs;

    /// <summary>Pumps up; ends at the target or at the limit.</summary>
    /// <returns>When it ends.</returns>
    public long Inflate(long atNs, double toMmHg, double mmHgPerS) => Move(atNs, Math.Min(toMmHg, LimitMmHg), mmHgPerS, up: true);

    /// <summary>Opens the valve a little; closes it at <paramref name="untilMmHg"/>.</summary>
    /// <returns>When it is closed.</returns>
    public long Bleed(long atNs, double untilMmHg, double mmHgPerS) => Move(atNs, Math.Max(0, untilMmHg), mmHgPerS, up: false);

    /// <summary>Closes valve and pump: the pressure stays.</summary>
    public void Hold(long atNs)
    {
        double now = PressureAt(atNs);
        Add(new Movement(atNs, now, now, 0));
    }

    /// <summary>Opens the valve.</summary>
    /// <returns>When the cuff is empty.</returns>
    public long Dump(long atNs) => Bleed(atNs, 0, DumpMmHgPerS);

    private long Move(long atNs, double toMmHg, double mmHgPerS, bool up)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mmHgPerS);
        double now = PressureAt(atNs);
        bool onTheWay = up ? toMmHg > now : toMmHg < now;
        Add(onTheWay ? new Movement(atNs, now, toMmHg, up ? mmHgPerS : -mmHgPerS) : new Movement(atNs, now, now, 0));
        return movements[^1].EndNs;
    }

    private void Add(in Movement movement)
    {
        if (movements.Count == Kept)
        {
            movements.RemoveAt(0);
        }

        movements.Add(movement);
    }

    private readonly record struct Movement(long FromNs, double FromMmHg, double ToMmHg, double MmHgPerS)
    {
        public long EndNs => MmHgPerS == 0 ? FromNs : FromNs + Nanoseconds.FromSeconds((ToMmHg - FromMmHg) / MmHgPerS);

        public double At(long atNs) => MmHgPerS == 0 || atNs >= EndNs
            ? ToMmHg
            : FromMmHg + (MmHgPerS * Nanoseconds.ToSeconds(Math.Max(0, atNs - FromNs)));
    }
}

/// <summary>How a cuff's width suits the limb.</summary>
public enum CuffFit
{
    Usual,
    Narrow,
    Wide,
}
