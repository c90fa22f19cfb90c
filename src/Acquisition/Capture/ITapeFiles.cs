namespace Vascular.Acquisition.Capture;

/// <summary>The folder of one tape, as little of a file system as a tape needs: a power cut can be played on it at any byte.</summary>
public interface ITapeFiles
{
    /// <summary>The folder, for messages.</summary>
    string Place { get; }

    /// <summary>Names of the files, in ordinal order.</summary>
    IReadOnlyList<string> Names();

    /// <summary>A new, empty file. <see cref="IOException"/> when it exists.</summary>
    ITapeFile Create(string name);

    /// <summary>An existing file, to be cut and sealed at recovery; writing goes on at its end.</summary>
    ITapeFile Reopen(string name);

    /// <summary>The bytes of a file, from the first; may be read while it is written.</summary>
    Stream Read(string name);

    void Delete(string name);

    /// <summary>Returns when created and deleted names are durable.</summary>
    void SyncNames();
}

/// <summary>A file being written at its end. Every method throws <see cref="IOException"/> when the disk refuses.</summary>
public interface ITapeFile : IDisposable
{
    /// <summary>Writes all bytes or throws; not yet durable.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Shortens the file to its first <paramref name="length"/> bytes.</summary>
    void Cut(long length);

    /// <summary>Returns when every byte written is on the disk.</summary>
    void Sync();
}
