using System.Runtime.CompilerServices;

namespace Vascular.Processing.Signals;

/// <summary>A way up of the trace and the top it reached.</summary>
/// <param name="FootIndex">Sample of the lowest value before it.</param>
/// <param name="TopIndex">Sample of the top.</param>
/// <param name="Height">Low to top, in the unit of the samples.</param>
internal readonly record struct Rise(long FootIndex, long TopIndex, double Height);

/// <summary>Follows a smooth trace from low to top to low and tells each rise once the trace has fallen by a share of it.</summary>
internal sealed class RiseFollower
{
    private const double FallShare = 0.3;
    private const double NoiseShare = 0.02;
    private bool rising;
    private double low, top;
    private long lowIndex, topIndex;
    private double noise;

    public RiseFollower() => Restart();

    /// <summary>Height of the usual pulse, 0 where none is known: a fiftieth part of it is noise.</summary>
    public double UsualHeight
    {
        set => noise = NoiseShare * value;
    }

    /// <summary>Takes one value; true when it ends a rise, see <see cref="Ended"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsEndedBy(long index, double value)
    {
        if (rising)
        {
            if (value <= top)
            {
                return value < top - FallShare * (top - low);
            }

            (top, topIndex) = (value, index);
        }
        else if (value < low)
        {
            (low, lowIndex) = (value, index);
        }
        else if (value > low + noise)
        {
            (rising, top, topIndex) = (true, value, index);
        }

        return false;
    }

    /// <summary>The rise that was just ended; the next one is looked for from here.</summary>
    public Rise Ended(long index, double value)
    {
        var rise = new Rise(lowIndex, topIndex, top - low);
        (rising, low, lowIndex) = (false, value, index);
        return rise;
    }

    public void Restart() => (rising, low) = (false, double.PositiveInfinity);
}
