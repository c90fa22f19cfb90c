using Microsoft.Win32.SafeHandles;
using Vascular.Acquisition.Capture.Interop;

namespace Vascular.Acquisition.Capture;

/// <summary>A tape's folder on the disk.</summary>
public sealed class TapeFolder : ITapeFiles
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    public TapeFolder(string path) => Place = Path.GetFullPath(path);

    public string Place { get; }

    /// <summary>The folder, made where it is missing, its name durable in every folder above that was made with it.</summary>
    public static TapeFolder Make(string path)
    {
        TapeFolder folder = new(path);
        List<string> parents = [];
        for (string at = folder.Place; !Directory.Exists(at) && Path.GetDirectoryName(at) is { } parent; at = parent)
        {
            parents.Add(parent);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder.Place);
        }
        else
        {
            Directory.CreateDirectory(folder.Place, OwnerFolder);
        }

        parents.ForEach(DirectoryEntries.Sync);
        return folder;
    }

    public IReadOnlyList<string> Names() => !Directory.Exists(Place)
        ? []
        : [.. new DirectoryInfo(Place).EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];

    public ITapeFile Create(string name) => Open(name, FileMode.CreateNew);

    public ITapeFile Reopen(string name) => Open(name, FileMode.Open);

    public Stream Read(string name) =>
        new FileStream(Path.Combine(Place, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    public void Delete(string name) => File.Delete(Path.Combine(Place, name));

    public void SyncNames() => DirectoryEntries.Sync(Place);

    private DiskFile Open(string name, FileMode mode)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (mode == FileMode.CreateNew && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        return new DiskFile(new FileStream(Path.Combine(Place, name), options));
    }

    private sealed class DiskFile : ITapeFile
    {
        private readonly FileStream stream;
        private readonly SafeFileHandle handle;
        private long length;

        public DiskFile(FileStream stream)
        {
            this.stream = stream;
            handle = stream.SafeFileHandle;
            length = RandomAccess.GetLength(handle);
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            RandomAccess.Write(handle, bytes, length);
            length += bytes.Length;
        }

        public void Cut(long length)
        {
            RandomAccess.SetLength(handle, length);
            this.length = length;
        }

        public void Sync() => RandomAccess.FlushToDisk(handle);

        public void Dispose() => stream.Dispose();
    }
}
