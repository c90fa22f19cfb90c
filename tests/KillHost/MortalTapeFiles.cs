using Vascular.Acquisition.Capture;

namespace Vascular.KillHost;

/// <summary>A tape's folder that counts what is done to it and calls out at each instant a process could die.</summary>
public sealed class MortalTapeFiles(ITapeFiles inner, MortalCounts counts, Action<KillStage, int, Action<double>> instant) : ITapeFiles
{
    public string Place => inner.Place;

    public IReadOnlyList<string> Names() => inner.Names();

    public ITapeFile Create(string name) => new MortalFile(this, inner.Create(name));

    public ITapeFile Reopen(string name) => new MortalFile(this, inner.Reopen(name));

    public Stream Read(string name) => inner.Read(name);

    public void Delete(string name) => inner.Delete(name);

    public void SyncNames() => inner.SyncNames();

    private void Write(ITapeFile file, ReadOnlySpan<byte> bytes)
    {
        counts.Writes++;
        byte[] pending = bytes.ToArray();
        instant(KillStage.Writing, counts.Writes, part => file.Write(pending.AsSpan(0, (int)(part * pending.Length))));
        file.Write(bytes);
        instant(KillStage.Written, counts.Writes, static _ => { });
    }

    private void Sync(ITapeFile file)
    {
        counts.Syncs++;
        file.Sync();
        instant(KillStage.Synced, counts.Syncs, static _ => { });
    }

    private sealed class MortalFile(MortalTapeFiles folder, ITapeFile file) : ITapeFile
    {
        public void Write(ReadOnlySpan<byte> bytes) => folder.Write(file, bytes);

        public void Cut(long length) => file.Cut(length);

        public void Sync() => folder.Sync(file);

        public void Dispose() => file.Dispose();
    }
}

/// <summary>How often each kind of instant came in a run.</summary>
public sealed class MortalCounts
{
    public int Writes { get; set; }

    public int Syncs { get; set; }

    public int Commits { get; set; }
}
