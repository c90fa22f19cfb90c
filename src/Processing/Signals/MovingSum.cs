using System.Runtime.CompilerServices;

namespace Vascular.Processing.Signals;

/// <summary>Sum of the last <see cref="Length"/> values, in constant time a value and without allocation.</summary>
/// <remarks>A running sum that only adds and subtracts collects rounding for ever. Here a second sum is gathered from zero while the ring fills
/// and takes over each time it is full, so that an old artefact leaves nothing behind after one length.</remarks>
public sealed class MovingSum
{
    private readonly double[] ring;
    private int next;
    private double fresh;

    /// <param name="length">Values in the sum, 1 or more.</param>
    public MovingSum(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ring = new double[length];
    }

    public int Length => ring.Length;

    /// <summary>Values in the sum so far, at most <see cref="Length"/>.</summary>
    public int Count { get; private set; }

    public double Sum { get; private set; }

    /// <summary>Mean of the values held; 0 before the first.</summary>
    public double Mean => Count == 0 ? 0 : Sum / Count;

    public bool IsFull => Count == ring.Length;

    /// <summary>The value given <paramref name="ago"/> calls before the last one; 0 is the last. Needs <paramref name="ago"/> below <see cref="Count"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Ago(int ago)
    {
        int at = next - 1 - ago;
        return ring[at < 0 ? at + ring.Length : at];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double value)
    {
        double[] held = ring;
        int at = next;

        // while the ring fills what leaves is 0, which changes no bit
        Sum = Sum - held[at] + value;
        fresh += value;
        held[at] = value;
        Count += Count < held.Length ? 1 : 0;
        next = at + 1;
        if (next == held.Length)
        {
            (next, Sum, fresh) = (0, fresh, 0);
        }
    }

    public void Clear()
    {
        Array.Clear(ring);
        (next, Count, Sum, fresh) = (0, 0, 0, 0);
    }
}
