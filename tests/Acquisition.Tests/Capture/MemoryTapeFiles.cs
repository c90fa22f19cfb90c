using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Tests.Capture;

/// <summary>A tape's folder in memory that remembers every operation in order, so that a power cut can be played after any byte of them.</summary>
internal sealed class MemoryTapeFiles : ITapeFiles
{
    private readonly SortedDictionary<string, List<byte>> files = new(StringComparer.Ordinal);

    public string Place => "/memory";

    public List<Operation> Journal { get; } = [];

    /// <summary>When set, writes beyond this many bytes in all throw, as a full disk does.</summary>
    public long? Room { get; set; }

    /// <summary>When true every sync throws.</summary>
    public bool SyncFails { get; set; }

    public byte[] this[string name]
    {
        get => [.. files[name]];
        set => files[name] = [.. value];
    }

    public IReadOnlyList<string> Names() => [.. files.Keys];

    public ITapeFile Create(string name)
    {
        if (files.ContainsKey(name))
        {
            throw new IOException($"{name} exists");
        }

        Do(new Operation.Created(name));
        return new MemoryFile(this, name);
    }

    public ITapeFile Reopen(string name) => files.ContainsKey(name) ? new MemoryFile(this, name) : throw new FileNotFoundException(name);

    public Stream Read(string name) => files.TryGetValue(name, out List<byte>? bytes) ? new MemoryStream([.. bytes]) : throw new FileNotFoundException(name);

    public void Delete(string name) => Do(new Operation.Deleted(name));

    public void SyncNames() => Journal.Add(new Operation.NamesSynced());

    public void Rename(string from, string to)
    {
        files[to] = files[from];
        files.Remove(from);
    }

    public MemoryTapeFiles Copy()
    {
        MemoryTapeFiles copy = new();
        foreach ((string name, List<byte> bytes) in files)
        {
            copy.files[name] = [.. bytes];
        }

        return copy;
    }

    /// <summary>Bytes and steps of the journal: a cut is possible before each.</summary>
    public int Instants => Journal.Sum(Weight);

    /// <summary>The folder as a power cut at an instant leaves it, when the disk wrote everything in order.</summary>
    /// <param name="syncedFiles">Bytes of each file that were synced before the cut.</param>
    public MemoryTapeFiles CutAt(MemoryTapeFiles before, int instant, out Dictionary<string, int> syncedFiles)
    {
        MemoryTapeFiles disk = before.Copy();
        syncedFiles = [];
        foreach (Operation operation in Journal)
        {
            if (instant <= 0)
            {
                break;
            }

            if (operation is Operation.Written written && written.Bytes.Length > instant)
            {
                disk.Do(new Operation.Written(written.Name, written.Bytes[..instant]));
                break;
            }

            disk.Do(operation);
            if (operation is Operation.Synced synced)
            {
                syncedFiles[synced.Name] = disk.files[synced.Name].Count;
            }

            instant -= Weight(operation);
        }

        disk.Journal.Clear();
        return disk;
    }

    /// <summary>Bytes beyond <paramref name="synced"/> become zero or vanish: what a file system may do to what was never synced.</summary>
    public void LoseUnsynced(Dictionary<string, int> synced, bool zeroed)
    {
        foreach ((string name, List<byte> bytes) in files)
        {
            int kept = Math.Min(bytes.Count, synced.GetValueOrDefault(name));
            int lost = bytes.Count - kept;
            bytes.RemoveRange(kept, lost);
            bytes.AddRange(zeroed ? new byte[lost] : []);
        }
    }

    private static int Weight(Operation operation) => operation is Operation.Written written ? written.Bytes.Length : 1;

    private void Do(Operation operation)
    {
        switch (operation)
        {
            case Operation.Created created:
                files[created.Name] = [];
                break;
            case Operation.Deleted deleted:
                files.Remove(deleted.Name);
                break;
            case Operation.Written written:
                if (Room is { } room && files.Values.Sum(file => (long)file.Count) + written.Bytes.Length > room)
                {
                    throw new IOException("No space left on device");
                }

                files[written.Name].AddRange(written.Bytes);
                break;
            case Operation.Cut cut:
                files[cut.Name].RemoveRange(cut.Length, files[cut.Name].Count - cut.Length);
                break;
            default:
                break;
        }

        Journal.Add(operation);
    }

    internal abstract record Operation
    {
        internal sealed record Created(string Name) : Operation;

        internal sealed record Deleted(string Name) : Operation;

        internal sealed record Written(string Name, byte[] Bytes) : Operation;

        internal sealed record Cut(string Name, int Length) : Operation;

        internal sealed record Synced(string Name) : Operation;

        internal sealed record NamesSynced : Operation;
    }

    private sealed class MemoryFile(MemoryTapeFiles folder, string name) : ITapeFile
    {
        public void Write(ReadOnlySpan<byte> bytes) => folder.Do(new Operation.Written(name, bytes.ToArray()));

        public void Cut(long length) => folder.Do(new Operation.Cut(name, (int)length));

        public void Sync()
        {
            if (folder.SyncFails)
            {
                throw new IOException("Input/output error");
            }

            folder.Journal.Add(new Operation.Synced(name));
        }

        public void Dispose()
        {
        }
    }
}
