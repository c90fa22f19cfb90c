namespace Vascular.Processing.Angiography;

/// <summary>The range of one parametric map's colours: what the bottom and the top of its scale stand for.</summary>
/// <param name="Low">2 % of the pixels that say something lie below it, in the map's unit.</param>
/// <param name="High">2 % lie above it.</param>
/// <param name="Pixels">Pixels that say something.</param>
public readonly record struct MapScale(double Low, double High, int Pixels)
{
    private const double Tail = 0.02;

    /// <summary>The scale of a map; null where no pixel says anything.</summary>
    public static MapScale? Of(ReadOnlySpan<float> values)
    {
        float[] said = new float[values.Length];
        int count = 0;
        foreach (float value in values)
        {
            if (!float.IsNaN(value))
            {
                said[count++] = value;
            }
        }

        if (count == 0)
        {
            return null;
        }

        Array.Sort(said, 0, count);
        (double low, double high) = (said[(int)(Tail * (count - 1))], said[(int)Math.Ceiling((1 - Tail) * (count - 1))]);
        return new(low, high, count);
    }

    /// <summary>Place of a value on the scale, 0 to 255; what lies beyond an end has that end's colour.</summary>
    public byte Step(float value) => High > Low ? (byte)Math.Clamp(Math.Round(255 * (value - Low) / (High - Low)), 0, 255) : (byte)128;
}
