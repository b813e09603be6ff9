# A walk through kmalloc: mk run -x tools/mk/shell/tour.mk
# Each line is a command of mk shell; the machine is the one of boot.json (with "watch" not "bare", which is silent about a
# double free, and with SLAB, which has classes). Leave a kfree out, and see what the end says.

echo "-- kmalloc takes an object of the smallest class that holds the size"
a = kmalloc 100
b = kmalloc 100                      # its neighbour in the slab
ksize $a
c = kmalloc 100 GFP_KERNEL|GFP_DMA   # from the DMA zone: another cache, a lower address
zero = kmalloc 0                     # not NULL, and no bytes

echo "-- the bytes are simulated memory"
strcpy $a "hello, slab"
hexdump $a 32
a = krealloc $a 120                  # still fits
a = krealloc $a 200                  # moves, and takes its bytes along
hexdump $a 16

echo "-- a cache of one's own wastes less than the next class of kmalloc"
cache create request 120
r = cache alloc request x3
cache info request
! cache destroy request              # objects are in use: refused
cache free request $r
cache destroy request

echo "-- pages come from the buddy"
cat /proc/buddyinfo
p = alloc_pages 3
cat /proc/buddyinfo
free_pages $p

echo "-- a driver is a file, too"
insmod ram_disk
ls /dev
echo "text on a disk" > /dev/rd0
hexdump /dev/rd0 32
rmmod ram_disk

echo "-- mistakes become reports; ! says that this is meant"
kfree $b
! kfree $b                           # a double free: who took it, who gave it back
! poke 0x10 ff                       # a wild pointer: an oops ends the command
vars

kfree $a $c $zero
sleep 5s                             # the reaper comes by
