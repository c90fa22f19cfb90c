namespace Vascular.Processing.Angiography;

/// <summary>Part of the picture whose mean density makes one curve: whole pixels, kept as stretches of rows.</summary>
public sealed class PixelRegion
{
    private PixelRegion(IReadOnlyList<(int Row, int From, int To)> stretches) => Stretches = stretches;

    /// <summary>Row and columns From to To - 1, rows rising.</summary>
    public IReadOnlyList<(int Row, int From, int To)> Stretches { get; }

    public int Pixels => Stretches.Sum(s => s.To - s.From);

    public int FirstRow => Stretches[0].Row;

    public int LastRow => Stretches[^1].Row;

    /// <summary>A rectangle; x and y of its upper left pixel, from 0.</summary>
    /// <exception cref="ArgumentException">It is empty or reaches outside the picture; the message says how large the picture is.</exception>
    public static PixelRegion Rectangle(int x, int y, int width, int height, int columns, int rows)
    {
        if (x < 0 || y < 0 || width < 1 || height < 1 || x > columns - width || y > rows - height)
        {
            throw new ArgumentException($"The region {x},{y},{width},{height} does not lie in the picture of {columns} x {rows} pixels.");
        }

        return new([.. Enumerable.Range(y, height).Select(row => (row, x, x + width))]);
    }

    /// <summary>Square blocks of pixels, numbered row by row; those at the right and lower edge may be cut.</summary>
    /// <returns>Null where no block belongs.</returns>
    internal static PixelRegion? Blocks(int side, int columns, int rows, Func<int, int, bool> belongs)
    {
        int across = (columns + side - 1) / side;
        (int, int, int)[] stretches =
        [
            .. from row in Enumerable.Range(0, rows)
               from x in Enumerable.Range(0, across)
               where belongs(x, row / side)
               select (row, x * side, Math.Min(columns, (x + 1) * side)),
        ];
        return stretches.Length > 0 ? new(stretches) : null;
    }

    /// <summary>A closed line drawn by hand; a pixel belongs when its centre lies inside (even-odd).</summary>
    /// <param name="corners">Three or more, in pixels; the centre of the first pixel is (0.5, 0.5).</param>
    /// <exception cref="ArgumentException">Fewer than three corners, or no pixel inside.</exception>
    public static PixelRegion Polygon(IReadOnlyList<(double X, double Y)> corners, int columns, int rows)
    {
        ArgumentNullException.ThrowIfNull(corners);
        if (corners.Count < 3 || corners.Any(c => !double.IsFinite(c.X) || !double.IsFinite(c.Y)))
        {
            throw new ArgumentException("A drawn region needs three corners or more.", nameof(corners));
        }

        List<(int, int, int)> stretches = [];
        for (int row = 0; row < rows; row++)
        {
            double y = row + 0.5;
            List<double> crossings = [];
            for (int k = 0; k < corners.Count; k++)
            {
                ((double x1, double y1), (double x2, double y2)) = (corners[k], corners[(k + 1) % corners.Count]);
                if (y1 <= y != y2 <= y)
                {
                    crossings.Add(x1 + (y - y1) * (x2 - x1) / (y2 - y1));
                }
            }

            crossings.Sort();
            for (int k = 0; k + 1 < crossings.Count; k += 2)
            {
                int from = (int)Math.Clamp(Math.Ceiling(crossings[k] - 0.5), 0, columns);
                int to = (int)Math.Clamp(Math.Ceiling(crossings[k + 1] - 0.5), 0, columns);
                if (to > from)
                {
                    stretches.Add((row, from, to));
                }
            }
        }

        return stretches.Count > 0 ? new(stretches) : throw new ArgumentException("No pixel of the picture lies inside the drawn region.", nameof(corners));
    }
}
