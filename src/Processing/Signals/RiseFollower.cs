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
    private bool started;

    /// <param name="usualHeight">Height of the usual pulse: a hundredth part of it is noise.</param>
    public bool TryNext(long index, double value, double usualHeight, out Rise rise)
    {
        rise = default;
        if (!started)
        {
            (started, rising, low, lowIndex) = (true, false, value, index);
            return false;
        }

        if (!rising)
        {
            if (value < low)
            {
                (low, lowIndex) = (value, index);
            }
            else if (value > low + NoiseShare * usualHeight)
            {
                (rising, top, topIndex) = (true, value, index);
            }

            return false;
        }

        if (value > top)
        {
            (top, topIndex) = (value, index);
            return false;
        }

        if (value >= top - FallShare * (top - low))
        {
            return false;
        }

        rise = new Rise(lowIndex, topIndex, top - low);
        (rising, low, lowIndex) = (false, value, index);
        return true;
    }

    public void Restart() => started = false;
}
