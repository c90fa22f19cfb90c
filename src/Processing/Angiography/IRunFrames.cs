namespace Vascular.Processing.Angiography;

/// <summary>The frames of one run, read in bands of rows and as often as wanted: a run of gigabytes is never held at once.</summary>
public interface IRunFrames
{
    int Count { get; }

    int Rows { get; }

    int Columns { get; }

    /// <summary>Stored pixel values of rows <paramref name="fromRow"/> to fromRow + rows - 1 of a frame (from 0), row by row.</summary>
    /// <param name="pixels">Room for rows x <see cref="Columns"/> values.</param>
    void Read(int frame, int fromRow, int rows, Span<ushort> pixels);
}
